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
const SECONDS_BEFORE_ETA = 10;

/**
 * Shows how far a long action is, as one continuous thing over all its steps: bytes, rate (over 10 s), time left, step. On a terminal
 * it is one line that rewrites itself; elsewhere a line every 5 s and at the end of each step, or an object a line as JSON.
 */
export class ProgressLine {
  readonly #options: ProgressLineOptions;
  readonly #look: keyof typeof periodsMs;
  #rate = new RateMeter();
  #last: Progress | undefined;
  #stepStartedMs = 0;
  #shownMs = -Infinity;
  #isShown = false;
  #note: { readonly text: string; readonly atMs: number } | undefined;
  /** Columns of the terminal that the last line took. */
  #width = 0;

  constructor(options: ProgressLineOptions) {
    this.#options = options;
    this.#look = options.mode ?? (options.isTty ? "line" : "plain");
  }

  update(progress: Progress): void {
    const nowMs = this.#options.timers.now().getTime();
    if (this.#last?.step !== progress.step) {
      this.#closeStep();
      this.#rate = new RateMeter();
      this.#stepStartedMs = nowMs;
      this.#shownMs = this.#look === "plain" ? nowMs : -Infinity;
    }
    this.#last = progress;
    this.#isShown = false;
    this.#rate.add(nowMs, progress.doneBytes - (progress.reusedBytes ?? 0));
    if (nowMs - this.#shownMs >= periodsMs[this.#look]) {
      this.#shownMs = nowMs;
      this.#show();
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
    if (this.#look === "line" && this.#width > 0) {
      this.#options.stream.write("\n");
      this.#width = 0;
    }
    this.#last = undefined;
  }

  #closeStep(): void {
    if (this.#last !== undefined && !this.#isShown) {
      this.#show();
    }
  }

  #show(): void {
    const progress = this.#last;
    if (progress === undefined || this.#look === "none") {
      return;
    }
    this.#isShown = true;
    const bytesPerSecond = this.#rate.bytesPerSecond();
    const etaSeconds = this.#eta(progress, bytesPerSecond);
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
    stream.write(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }

  #eta(progress: Progress, bytesPerSecond: number): number | null {
    const elapsedSeconds = (this.#options.timers.now().getTime() - this.#stepStartedMs) / 1000;
    const share = progress.totalBytes === 0 ? 0 : progress.doneBytes / progress.totalBytes;
    const isKnown = bytesPerSecond > 0 && progress.totalBytes > 0 && (share >= SHARE_BEFORE_ETA || elapsedSeconds >= SECONDS_BEFORE_ETA);
    return isKnown ? Math.ceil((progress.totalBytes - progress.doneBytes) / bytesPerSecond) : null;
  }

  #clear(): void {
    if (this.#look === "line" && this.#width > 0) {
      this.#options.stream.write(`\r${" ".repeat(this.#width)}\r`);
      this.#width = 0;
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
  const rate = `${formatBytes(bytesPerSecond)}/s`.padStart(12);
  const eta = `ETA ${etaSeconds === null ? "-:--" : formatDuration(etaSeconds)}`.padEnd(11);
  return `${share}  ${amount}  ${rate}  ${eta}  ${step}`;
}
