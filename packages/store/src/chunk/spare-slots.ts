import type { ChunkSlot } from "./chunk-slots.ts";

/**
 * Memory for chunks on their way out, shared with the threads. What is given back is kept for whoever comes next: new memory would have to be
 * cleared and mapped, which takes as long as reading into it.
 *
 * Memory  `kept` × slot size, besides the slots in use
 */
export class SpareSlots {
  readonly #slotBytes: number;
  readonly #kept: number;
  readonly #spare: ChunkSlot[] = [];

  constructor(slotBytes: number, kept: number) {
    this.#slotBytes = slotBytes;
    this.#kept = kept;
  }

  /** Its content is arbitrary. */
  take(): ChunkSlot {
    const spare = this.#spare.pop();
    if (spare !== undefined) {
      return spare;
    }
    const memory = new SharedArrayBuffer(this.#slotBytes);
    return { memory, bytes: Buffer.from(memory) };
  }

  /** Nobody may use the slot afterwards. */
  give(slot: ChunkSlot): void {
    if (this.#spare.length < this.#kept) {
      this.#spare.push(slot);
    }
  }
}
