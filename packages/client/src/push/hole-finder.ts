import type { PushSource, SourceRun } from "./push-source.ts";

/**
 * Tells of ascending stretches of a source whether they need not be read.
 *
 * Memory  one run
 */
export class HoleFinder implements AsyncDisposable {
  readonly #runs: AsyncIterator<SourceRun> | undefined;
  #run: SourceRun | undefined;

  constructor(source: PushSource, signal: AbortSignal | undefined) {
    this.#runs = source.extents?.({ signal })[Symbol.asyncIterator]();
  }

  /** True when there is no data in `[from, to)`. No stretch may begin before one that was asked about. */
  async isHole(from: number, to: number): Promise<boolean> {
    for (let at = from; at < to;) {
      const run = await this.#runAt(at);
      if (run === undefined || run.kind === "data") {
        return false;
      }
      at = run.offset + run.length;
    }
    return true;
  }

  async #runAt(offset: number): Promise<SourceRun | undefined> {
    while (this.#runs !== undefined && (this.#run === undefined || this.#run.offset + this.#run.length <= offset)) {
      const { done, value } = await this.#runs.next();
      if (done === true) {
        return undefined;
      }
      this.#run = value;
    }
    return this.#run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runs?.return?.();
  }
}
