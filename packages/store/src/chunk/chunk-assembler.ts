/** Takes whole chunks in ascending order. Must be done with `bytes` when the promise settles. The last chunk may be short. */
export type TakeChunk = (index: number, bytes: Uint8Array) => Promise<void>;

/**
 * Cuts writes of any length into aligned chunks. Bytes between writes are zeros; chunks that no write touches are not told of.
 *
 * Memory  one chunk, and none while writes are whole aligned chunks
 */
export class ChunkAssembler {
  readonly #chunkSize: number;
  readonly #take: TakeChunk;
  #partial: Buffer | undefined;
  /** Chunk that `#partial` holds the beginning of, and how far. */
  #heldIndex: number | undefined;
  #heldBytes = 0;
  #endBytes = 0;

  constructor(chunkSize: number, take: TakeChunk) {
    this.#chunkSize = chunkSize;
    this.#take = take;
  }

  /** Throws RangeError when `offset` lies before the end of what was written. */
  async write(offset: number, bytes: Uint8Array): Promise<void> {
    if (!Number.isSafeInteger(offset) || offset < this.#endBytes) {
      throw new RangeError(
        `Content is written in ascending order: offset ${offset} lies before ${this.#endBytes}, the end of what was written.`,
      );
    }
    let position = offset;
    let done = 0;
    while (done < bytes.length) {
      const index = Math.floor(position / this.#chunkSize);
      const start = position - index * this.#chunkSize;
      const length = Math.min(this.#chunkSize - start, bytes.length - done);
      await this.#add(index, start, bytes.subarray(done, done + length));
      position += length;
      done += length;
      this.#endBytes = position;
    }
  }

  /** Gives out what is held. Throws RangeError when more than `lengthBytes` was written. */
  async finish(lengthBytes: number): Promise<void> {
    if (!Number.isSafeInteger(lengthBytes) || lengthBytes < this.#endBytes) {
      throw new RangeError(`The content's length cannot be ${lengthBytes}: ${this.#endBytes} bytes were written.`);
    }
    if (this.#heldIndex !== undefined) {
      await this.#giveHeld(Math.min(this.#chunkSize, lengthBytes - this.#heldIndex * this.#chunkSize));
    }
  }

  async #add(index: number, start: number, bytes: Uint8Array): Promise<void> {
    if (this.#heldIndex !== undefined && this.#heldIndex !== index) {
      await this.#giveHeld(this.#chunkSize);
    }
    if (bytes.length === this.#chunkSize) {
      await this.#take(index, bytes);
      return;
    }
    const partial = (this.#partial ??= Buffer.alloc(this.#chunkSize));
    partial.fill(0, this.#heldBytes, start);
    partial.set(bytes, start);
    this.#heldIndex = index;
    this.#heldBytes = start + bytes.length;
    if (this.#heldBytes === this.#chunkSize) {
      await this.#giveHeld(this.#chunkSize);
    }
  }

  async #giveHeld(length: number): Promise<void> {
    const index = this.#heldIndex;
    if (index === undefined || this.#partial === undefined) {
      return;
    }
    this.#partial.fill(0, this.#heldBytes, length);
    this.#heldIndex = undefined;
    this.#heldBytes = 0;
    await this.#take(index, this.#partial.subarray(0, length));
  }
}
