/** Memory for one chunk, shared with the threads. */
export interface ChunkSlot {
  readonly memory: SharedArrayBuffer;
  /** The same memory as bytes. */
  readonly bytes: Buffer<SharedArrayBuffer>;
}

/**
 * The fixed set of slots that all writers of a store share: what bounds their memory and, because slots are given out in the
 * order of asking, one at a time, what makes several writers advance evenly.
 *
 * Memory  slots × slot size, allocated when first needed
 */
export class ChunkSlots {
  readonly slotBytes: number;
  readonly #free: ChunkSlot[] = [];
  readonly #waiting: ((slot: ChunkSlot) => void)[] = [];
  #unallocated: number;

  constructor(slotBytes: number, count: number) {
    this.slotBytes = slotBytes;
    this.#unallocated = count;
  }

  /** Waits for a slot. Its content is arbitrary. */
  async acquire(): Promise<ChunkSlot> {
    const slot = this.#free.pop();
    if (slot !== undefined) {
      return slot;
    }
    if (this.#unallocated > 0) {
      this.#unallocated -= 1;
      const memory = new SharedArrayBuffer(this.slotBytes);
      return { memory, bytes: Buffer.from(memory) };
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  release(slot: ChunkSlot): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#free.push(slot);
    } else {
      next(slot);
    }
  }
}
