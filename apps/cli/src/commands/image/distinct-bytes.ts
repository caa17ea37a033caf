const MIN_BLOCK_BYTES = 4096;
const MAX_BLOCKS = 2 ** 26;

/**
 * Counts bytes that were asked for, each once however often it was, by blocks: 4 KiB up to 256 GiB, larger ones beyond.
 *
 * Memory  1 bit a block, at most 8 MiB
 */
export class DistinctBytes {
  readonly #sizeBytes: number;
  readonly #blockBytes: number;
  readonly #seen: Uint8Array;
  #bytes = 0;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.#blockBytes = Math.max(MIN_BLOCK_BYTES, 2 ** Math.ceil(Math.log2(sizeBytes / MAX_BLOCKS)));
    this.#seen = new Uint8Array(Math.ceil(sizeBytes / this.#blockBytes / 8));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Notes a range, which lies within the size. */
  note(offset: number, length: number): void {
    const end = Math.ceil((offset + length) / this.#blockBytes);
    for (let block = Math.floor(offset / this.#blockBytes); block < end; block += 1) {
      const bit = 1 << (block & 7);
      const bits = this.#seen[block >> 3] ?? 0;
      if ((bits & bit) === 0) {
        this.#seen[block >> 3] = bits | bit;
        this.#bytes += Math.min(this.#blockBytes, this.#sizeBytes - block * this.#blockBytes);
      }
    }
  }
}
