import type { Timers } from "@tintype/client/timing/timers.ts";
import { formatBytes } from "./format-bytes.ts";
import { formatDuration } from "./format-duration.ts";
import { plainText } from "./plain-text.ts";
import { RateMeter } from "./rate-meter.ts";

/** How progress can be asked to look. */
export const progressModes = ["json", "plain", "none"] as const;
export type ProgressMode = (typeof progressModes)[number];

/** How far something is. */
export interface Progress {
  /** What is being done, e.g. `upload`, `store`. */
  readonly step: string;
  /** Both 0 while nothing is known. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The part of `doneBytes` that took no time now. */
  readonly reusedBytes?: number;
  /** The part of `reusedBytes` that was done before this run began; default: all of them. The rest comes up on the way, as it will further on. */
  readonly earlierBytes?: number;
}

export interface ProgressLineOptions {
  readonly mode: ProgressMode | undefined;
  readonly stream: { readonly write: (text: string) => void };
  readonly isTty: boolean;
  readonly columns: number;
  readonly timers: Timers;
}

/** How often each look is renewed. */
const periodsMs = { line: 100, json: 1000, plain: 5000, none: Infinity } as const;

/** Repeating a note is worth it after this long. */
const SAME_NOTE_MS = 5000;

/** The time left is shown from here on: before, it would be a guess. */
const SHARE_BEFORE_ETA = 0.03;
const SECONDS_BEFORE_ANY_ETA = 3;
const SECONDS_BEFORE_ETA = 10;
/** The time left is guessed by a longer stretch than the rate that is shown, so that it does not jump. */
const ETA_WINDOW_MS = 60_000;

/**
 * Shows how far a long action is, as one continuous thing over all its steps: bytes, rate (over 10 s; at its end, over all of the step),
 * time left, step. On a terminal it is one line that rewrites itself; elsewhere a line every 5 s and at the end of each step, or an object
 * a line as JSON.
 */
export class ProgressLine {
  readonly #options: ProgressLineOptions;
  readonly #look: keyof typeof periodsMs;
  #rate = new RateMeter();
  /** Of what is done in whatever way. */
  #pace = new RateMeter(ETA_WINDOW_MS);
  #last: Progress | undefined;
  #stepStartedMs = 0;
  #shownMs = -Infinity;
  #isShown = false;
  #note: { readonly text: string; readonly atMs: number } | undefined;
  /** The last line on the terminal, as long as it may be written over. */
  #line = "";

  constructor(options: ProgressLineOptions) {
    this.#options = options;
    this.#look = options.mode ?? (options.isTty ? "line" : "plain");
  }

  update(progress: Progress): void {
    const nowMs = this.#options.timers.now().getTime();
    if (this.#last?.step !== progress.step) {
      this.#closeStep();
      this.#rate = new RateMeter();
      this.#pace = new RateMeter(ETA_WINDOW_MS);
      this.#stepStartedMs = nowMs;
      this.#shownMs = this.#look === "plain" ? nowMs : -Infinity;
    }
    this.#last = progress;
    this.#isShown = false;
    const { doneBytes, reusedBytes = 0, earlierBytes = reusedBytes } = progress;
    this.#rate.add(nowMs, doneBytes - reusedBytes);
    this.#pace.add(nowMs, doneBytes - earlierBytes);
    if (nowMs - this.#shownMs >= periodsMs[this.#look]) {
      this.#shownMs = nowMs;
      this.#show({ isLast: false });
    }
  }

  /** Says something in between, without spoiling the line; what several parts of a work say at once is said once. */
  note(text: string): void {
    const nowMs = this.#options.timers.now().getTime();
    if (text === this.#note?.text && nowMs - this.#note.atMs < SAME_NOTE_MS) {
      return;
    }
    this.#note = { text, atMs: nowMs };
    if (this.#look === "json") {
      this.#options.stream.write(`${JSON.stringify({ note: text })}\n`);
    } else if (this.#look !== "none") {
      if (this.#look === "plain") {
        this.#closeStep();
      }
      this.#clear();
      this.#options.stream.write(`${plainText(text)}\n`);
    }
  }

  /** Shows the last state for good. To be called once, whatever the outcome. */
  end(): void {
    this.#closeStep();
    if (this.#line !== "") {
      this.#options.stream.write("\n");
      this.#line = "";
    }
    this.#last = undefined;
  }

  #closeStep(): void {
    // What can be written over is, for the sake of the average.
    if (this.#last !== undefined && (!this.#isShown || this.#look === "line")) {
      this.#show({ isLast: true });
    }
  }

  #show({ isLast }: { readonly isLast: boolean }): void {
    const progress = this.#last;
    if (progress === undefined || this.#look === "none") {
      return;
    }
    this.#isShown = true;
    const isWhole = progress.totalBytes > 0 && progress.doneBytes >= progress.totalBytes;
    const bytesPerSecond = isLast || isWhole ? this.#rate.averageBytesPerSecond() : this.#rate.bytesPerSecond();
    const etaSeconds = isWhole ? 0 : this.#eta(progress);
    const { stream, columns } = this.#options;
    if (this.#look === "json") {
      const { step, doneBytes, totalBytes, reusedBytes = 0 } = progress;
      stream.write(`${JSON.stringify({ step, doneBytes, totalBytes, reusedBytes, bytesPerSecond, etaSeconds })}\n`);
      return;
    }
    const text = plainText(renderProgress(progress, bytesPerSecond, etaSeconds));
    if (this.#look === "plain") {
      stream.write(`${text}\n`);
      return;
    }
    // One column less than there are: a full line would wrap.
    const line = text.slice(0, Math.max(0, columns - 1));
    if (line !== this.#line) {
      stream.write(`\r${line.padEnd(this.#line.length)}`);
      this.#line = line;
    }
  }

  #eta(progress: Progress): number | null {
    const bytesPerSecond = this.#pace.bytesPerSecond();
    const elapsedSeconds = (this.#options.timers.now().getTime() - this.#stepStartedMs) / 1000;
    const share = progress.totalBytes === 0 ? 0 : progress.doneBytes / progress.totalBytes;
    const isEarly = elapsedSeconds < (share >= SHARE_BEFORE_ETA ? SECONDS_BEFORE_ANY_ETA : SECONDS_BEFORE_ETA);
    return bytesPerSecond > 0 && progress.totalBytes > 0 && !isEarly
      ? Math.ceil((progress.totalBytes - progress.doneBytes) / bytesPerSecond)
      : null;
  }

  #clear(): void {
    if (this.#line !== "") {
      this.#options.stream.write(`\r${" ".repeat(this.#line.length)}\r`);
      this.#line = "";
    }
  }
}

/** ` 42.3 %    1.3 GiB of    3.0 GiB   155.2 MiB/s  ETA  0:12  upload`: every number at its place, so that nothing dances. */
function renderProgress({ step, doneBytes, totalBytes }: Progress, bytesPerSecond: number, etaSeconds: number | null): string {
  if (totalBytes === 0) {
    return `        ${step}`;
  }
  const share = `${((100 * doneBytes) / totalBytes).toFixed(1)} %`.padStart(7);
  const amount = `${formatBytes(doneBytes).padStart(10)} of ${formatBytes(totalBytes).padStart(10)}`;
  // A step that was seen at its end alone has no rate that could be told.
  const isUnknown = bytesPerSecond === 0 && doneBytes >= totalBytes;
  const rate = (isUnknown ? "" : `${formatBytes(bytesPerSecond)}/s`).padStart(12);
  const eta = `ETA ${etaSeconds === null ? "-:--" : formatDuration(etaSeconds)}`.padEnd(11);
  return `${share}  ${amount}  ${rate}  ${eta}  ${step}`;
}
