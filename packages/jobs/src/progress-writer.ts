import type { JobProgress } from "./job-record.ts";
import { pause } from "./pause.ts";
import type { Timers } from "./timers.ts";

/** Between two progress writes of one step, so that a fast step does not keep the database busy. */
const progressIntervalMs = 250;

/** Writes the newest progress of a step: the first at once, later ones at most every `progressIntervalMs`. */
export class ProgressWriter {
  readonly #timers: Timers;
  readonly #write: (progress: JobProgress) => Promise<void>;
  readonly #stopped = new AbortController();
  #unwritten: JobProgress | undefined;
  #writing: Promise<void> | undefined;

  /** `write` must not reject. */
  constructor(timers: Timers, write: (progress: JobProgress) => Promise<void>) {
    this.#timers = timers;
    this.#write = write;
  }

  /** Throws RangeError for values that are no byte counts. */
  report({ doneBytes, totalBytes }: JobProgress): void {
    if (!isByteCount(doneBytes) || !isByteCount(totalBytes)) {
      throw new RangeError(`Progress is counted in whole bytes, not ${doneBytes} of ${totalBytes}`);
    }
    if (this.#stopped.signal.aborted) {
      return;
    }
    this.#unwritten = { doneBytes, totalBytes };
    this.#writing ??= this.#writeUntilQuiet();
  }

  /** Ends the writing and waits for a write under way. Answers the last value when it is not written yet: it belongs to the step's last write. */
  async stop(): Promise<JobProgress | undefined> {
    this.#stopped.abort();
    await this.#writing;
    return this.#unwritten;
  }

  async #writeUntilQuiet(): Promise<void> {
    while (this.#unwritten !== undefined && !this.#stopped.signal.aborted) {
      const progress = this.#unwritten;
      this.#unwritten = undefined;
      await this.#write(progress);
      await pause(this.#timers, progressIntervalMs, this.#stopped.signal);
    }
    this.#writing = undefined;
  }
}

function isByteCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
