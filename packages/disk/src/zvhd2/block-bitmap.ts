import { damaged } from "../zvhd/damaged.ts";
import { BITMAP_SEGMENT_BYTES, BITS_PER_SEGMENT } from "./zvhd2-footer.ts";

/** How many bits are set in each value of a byte. */
const bitsIn = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);

/**
 * Tells which blocks are stored, and the how-many-eth a stored block is. One bit for each block, the lowest of a byte first.
 *
 * Memory  one bit for each block: 64 KiB for a TiB, 4 MiB for 64 TiB (in blocks of 2 MiB)
 */
export class BlockBitmap {
  readonly #bits: Uint8Array;
  /** Bits set before each segment. */
  readonly #before: Float64Array;
  readonly count: number;

  /** Throws disk.corrupt (bits behind the disk's end). */
  constructor(bits: Uint8Array, blockCount: number) {
    this.#bits = bits;
    this.#before = new Float64Array(Math.ceil(bits.length / BITMAP_SEGMENT_BYTES));
    let count = 0;
    for (let segment = 0; segment < this.#before.length; segment += 1) {
      this.#before[segment] = count;
      count += this.#countBits(segment * BITMAP_SEGMENT_BYTES, Math.min((segment + 1) * BITMAP_SEGMENT_BYTES, bits.length));
    }
    this.count = count;
    const beyond = this.next(blockCount);
    if (beyond !== undefined) {
      throw damaged(`The bitmap has a bit for block ${beyond}, on a disk of ${blockCount} blocks.`);
    }
  }

  has(block: number): boolean {
    return (((this.#bits[Math.floor(block / 8)] ?? 0) >> (block % 8)) & 1) === 1;
  }

  /** Counts the stored blocks before this one. */
  rank(block: number): number {
    const segment = Math.floor(block / BITS_PER_SEGMENT);
    const byte = Math.floor(block / 8);
    const inByte = bitsIn[(this.#bits[byte] ?? 0) & ((1 << (block % 8)) - 1)] ?? 0;
    return (this.#before[segment] ?? 0) + this.#countBits(segment * BITMAP_SEGMENT_BYTES, byte) + inByte;
  }

  /** Answers the stored block of a rank below `count`. */
  select(rank: number): number {
    const segment = this.#before.findLastIndex((before) => before <= rank);
    let left = rank - (this.#before[segment] ?? 0);
    let byte = segment * BITMAP_SEGMENT_BYTES;
    for (; this.#countBits(byte, byte + 1) <= left; byte += 1) {
      left -= this.#countBits(byte, byte + 1);
    }
    let block = byte * 8;
    for (; left > 0 || !this.has(block); block += 1) {
      left -= this.has(block) ? 1 : 0;
    }
    return block;
  }

  /** Answers the first stored block from this one on, or undefined. */
  next(block: number): number | undefined {
    const end = this.#bits.length * 8;
    for (let at = block; at < end;) {
      if (at % 8 === 0 && this.#bits[at / 8] === 0) {
        at += 8;
      } else if (this.has(at)) {
        return at;
      } else {
        at += 1;
      }
    }
    return undefined;
  }

  #countBits(from: number, to: number): number {
    let count = 0;
    for (let at = from; at < to; at += 1) {
      count += bitsIn[this.#bits[at] ?? 0] ?? 0;
    }
    return count;
  }
}
