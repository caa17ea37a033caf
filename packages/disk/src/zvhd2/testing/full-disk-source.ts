import { zstdCompressSync } from "node:zlib";
import type { ByteSource } from "../../core/byte-source.ts";
import { checkRange } from "../../core/check-range.ts";
import { SeededRandom } from "../../core/testing/seeded-random.ts";
import { buildBlock, buildRecord, seal } from "../../zvhd/testing/build-zvhd.ts";
import { buildLastBlock } from "./build-zvhd2.ts";

const BLOCK_BYTES = 2 * 1024 * 1024;

/**
 * A ZVHD2 file of a full disk that takes no space: all blocks have the same content, which does not shrink. It counts what is read of it.
 * For tests.
 */
export class FullDiskSource implements ByteSource {
  readonly lengthBytes: number;
  /** What every block of the disk reads as. */
  readonly content: Buffer = new SeededRandom(100).bytes(BLOCK_BYTES);
  readBytes = 0;
  reads = 0;
  readonly #first: Buffer;
  readonly #record: Buffer;
  readonly #rest: Buffer;
  readonly #restAt: number;

  constructor(blockCount: number) {
    this.#first = buildBlock("z2strm\0\0", blockCount * BLOCK_BYTES);
    this.#first.writeUInt8(1, 87);
    this.#first.writeUInt32LE(BLOCK_BYTES, 88);
    this.#first.writeUInt32LE(blockCount, 92);
    this.#first.writeUInt8(1, 141);
    seal(this.#first);
    this.#record = buildRecord(0, zstdCompressSync(this.content, { pledgedSrcSize: BLOCK_BYTES }));
    const index = Buffer.alloc(Math.ceil(blockCount / 32_768) * 512 * 1024);
    const bitmap = Buffer.alloc(Math.ceil(blockCount / 32_768) * 4096);
    for (let block = 0; block < blockCount; block += 1) {
      index.writeBigUInt64LE(BigInt(4096 + block * this.#record.length), block * 16);
      index.writeUInt32LE(block, block * 16 + 8);
      index.writeUInt32LE(this.#record.length, block * 16 + 12);
      bitmap[block >> 3] = (bitmap[block >> 3] ?? 0) | (1 << (block & 7));
    }
    this.#restAt = 4096 + blockCount * this.#record.length;
    const indexOffset = this.#restAt + 4096;
    const tables = { indexOffset, bitmapOffset: indexOffset + index.length, indexBytes: index.length, bitmapBytes: bitmap.length };
    const last = buildLastBlock(this.#first, { ...tables, stored: blockCount });
    this.#rest = Buffer.concat([this.#first, index, bitmap, last]);
    this.lengthBytes = this.#restAt + this.#rest.length;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    this.reads += 1;
    this.readBytes += length;
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length;) {
      at += this.#partAt(offset + at).copy(bytes, at);
    }
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held that needs closing.
  }

  /** The bytes from a position on, as far as they are in one piece. */
  #partAt(position: number): Buffer {
    if (position < this.#first.length) {
      return this.#first.subarray(position);
    }
    if (position >= this.#restAt) {
      return this.#rest.subarray(position - this.#restAt);
    }
    const inRecords = position - this.#first.length;
    this.#record.writeUInt32LE(Math.floor(inRecords / this.#record.length), 16);
    return this.#record.subarray(inRecords % this.#record.length);
  }
}
