import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { Limiter } from "../core/limiter.ts";
import { hasText } from "../detect/probe.ts";
import { cutOff, damaged } from "./damaged.ts";
import { PAGE_BYTES, parseRecordHead, recordBytes, RECORD_HEAD_BYTES } from "./record.ts";
import { RecordLengths } from "./record-lengths.ts";
import type { RecordPlace } from "./record-lengths.ts";
import { BLOCK_BYTES, cookies } from "./zvhd-footer.ts";

/** What is read to see several heads at once, while records are short. */
const SCAN_BYTES = 64 * 1024;

/** A record up to this long lets more than one head into such a read. */
const SHORT_RECORD_BYTES = 16 * 1024;

/**
 * Finds the records of a ZVHD file, which has no index: from each head follows where the next one stands. Only heads are read, no further
 * than asked for, and each once.
 *
 * Memory  2 bytes for each block of the disk (see `RecordLengths`), 64 KiB while looking
 * Throws  disk.corrupt (no record where one should be, blocks out of order or behind the disk's end, something behind the last record),
 *         disk.truncated (a record reaches into the last block), disk.io
 */
export class RecordMap {
  readonly #source: ByteSource;
  readonly #lengths: RecordLengths;
  readonly #looking = new Limiter(1);
  #lastBlock = -1;
  #firstBlock: number | undefined;

  constructor(source: ByteSource, blockCount: number) {
    this.#source = source;
    this.#lengths = new RecordLengths(blockCount, PAGE_BYTES);
  }

  /** The block of the first record, once any record has been found. */
  get firstBlock(): number | undefined {
    return this.#firstBlock;
  }

  /** Looks at the file until it is known of every block up to this one whether it has a record. */
  async know(block: number, options?: ReadOptions): Promise<void> {
    if (block > this.#lastBlock && !this.#isComplete()) {
      await this.#looking.run(() => this.#lookUpTo(block, options));
    }
  }

  /** Tells whether a known block has a record; one without is all zeros. */
  has(block: number): boolean {
    return this.#lengths.has(block);
  }

  /** Answers where the record of a known block stands, or undefined when it has none. */
  placeOf(block: number): RecordPlace | undefined {
    return this.#lengths.placeOf(block);
  }

  /** Where the last block of the file stands. */
  get #endBytes(): number {
    return this.#source.lengthBytes - PAGE_BYTES;
  }

  #isComplete(): boolean {
    return this.#lengths.endBytes === this.#endBytes;
  }

  async #lookUpTo(block: number, options: ReadOptions | undefined): Promise<void> {
    let lastLength = SHORT_RECORD_BYTES;
    while (block > this.#lastBlock && !this.#isComplete()) {
      options?.signal?.throwIfAborted();
      const start = this.#lengths.endBytes;
      const wanted = lastLength > SHORT_RECORD_BYTES ? PAGE_BYTES : SCAN_BYTES;
      const bytes = await this.#source.read(start, Math.min(wanted, this.#endBytes - start), options);
      for (let at = 0; at < bytes.length; at = this.#lengths.endBytes - start) {
        lastLength = this.#append(bytes.subarray(at), start + at);
      }
    }
  }

  /** Takes in the record whose head stands at `offset`; answers its length. */
  #append(bytes: Uint8Array, offset: number): number {
    if (hasText(bytes, 0, cookies.zvhd)) {
      throw damaged(`The last block of the disk stands at ${offset}, and ${this.#endBytes - offset} bytes follow it.`);
    }
    const { payloadBytes, block } = parseRecordHead(bytes.subarray(0, RECORD_HEAD_BYTES), offset, BLOCK_BYTES);
    const length = recordBytes(payloadBytes);
    if (block <= this.#lastBlock || block >= this.#lengths.blockCount) {
      throw damaged(
        `The block number at 16 of the record at ${offset} is ${block}, after ${this.#lastBlock}, on a disk of ${this.#lengths.blockCount} blocks.`,
      );
    }
    if (offset + length > this.#endBytes) {
      throw cutOff(`The record at ${offset} is ${length} bytes long, and the last block of the file stands at ${this.#endBytes}.`);
    }
    this.#firstBlock ??= block;
    this.#lengths.append(block, length);
    this.#lastBlock = block;
    return length;
  }
}
