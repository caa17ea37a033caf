import type { Timers } from "../core/timers.ts";
import { TransientError } from "./retrying.ts";

/**
 * One request and its answer: ends it when nothing comes for too long, when the reader gives up, and when it is disposed of,
 * so that no connection is left with an answer that nobody reads.
 */
export class HttpExchange implements Disposable {
  /** Aborted when the exchange has to end. */
  readonly signal: AbortSignal;
  readonly #end = new AbortController();
  readonly #name: string;
  readonly #timers: Timers;
  readonly #stallMs: number;

  constructor(options: { readonly name: string; readonly timers: Timers; readonly stallMs: number; readonly signal: AbortSignal }) {
    this.#name = options.name;
    this.#timers = options.timers;
    this.#stallMs = options.stallMs;
    this.signal = AbortSignal.any([this.#end.signal, options.signal]);
  }

  /**
   * Waits for the next thing that the server sends.
   *
   * Throws  the signal's reason; disk.io, as a failure that may be over next time: nothing came, or the connection failed
   */
  async next<T>(step: Promise<T>): Promise<T> {
    const done = new AbortController();
    const stalled = this.#endWhenStalled(done.signal);
    try {
      await Promise.race([step, stalled]);
      this.signal.throwIfAborted();
      return await step;
    } catch (error) {
      this.signal.throwIfAborted();
      throw new TransientError("disk.io", `${this.#name}: the connection failed: ${reasonOf(error)}.`, { cause: error });
    } finally {
      done.abort();
    }
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }

  async #endWhenStalled(signal: AbortSignal): Promise<void> {
    await this.#timers.sleep(this.#stallMs, signal);
    this.#end.abort(new TransientError("disk.io", `${this.#name}: nothing came for ${this.#stallMs} ms.`));
  }
}

/** fetch hides why it failed one level below. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
