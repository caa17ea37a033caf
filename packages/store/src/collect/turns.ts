import { setImmediate } from "node:timers/promises";

/**
 * Cuts long work on the event loop into stretches of a few milliseconds: between two of them everyone else has a turn, and work that
 * was called off ends.
 */
export class Turns {
  readonly signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
  }

  /** To be awaited after every stretch. Throws the signal's reason when the work was called off. */
  async next(): Promise<void> {
    await setImmediate();
    this.signal?.throwIfAborted();
  }
}

/** Chunk names that are noted or looked up in one stretch: 10 µs each, at worst. */
export const namesPerTurn = 512;
