import { constants, deflateSync, zstdCompressSync } from "node:zlib";
import { buildBlock, buildRecord, seal } from "../../zvhd/testing/build-zvhd.ts";

const MIB = 1024 * 1024;
const PAGE_BYTES = 4096;
const INDEX_SEGMENT_BYTES = 512 * 1024;

/** What to build. */
export interface Zvhd2Recipe {
  readonly sizeBytes: number;
  /** Content of blocks by number, shorter than a block or whole. */
  readonly blocks: ReadonlyMap<number, Uint8Array>;
  /** Default: 2 MiB. */
  readonly blockBytes?: number | undefined;
  /** Default: zstd. */
  readonly method?: "zlib" | "zstd" | undefined;
  /** With zstd, frames of a block: as many of one length, which must be whole. Default: 1. */
  readonly framesPerBlock?: number | undefined;
  /** Payloads by number that take the place of compressed content. */
  readonly payloads?: ReadonlyMap<number, Uint8Array> | undefined;
}

export interface BuiltZvhd2 {
  readonly file: Buffer;
  /** Where each record begins. */
  readonly records: ReadonlyMap<number, number>;
  readonly indexOffset: number;
  readonly bitmapOffset: number;
}

/** Builds a ZVHD2 file for tests, by the offsets of the specification and without the code under test. */
export function buildZvhd2(recipe: Zvhd2Recipe): BuiltZvhd2 {
  const { sizeBytes, blockBytes = 2 * MIB, method = "zstd", framesPerBlock = 1 } = recipe;
  const first = buildBlock("z2strm\0\0", sizeBytes);
  first.writeUInt8(1, 87);
  first.writeUInt32LE(blockBytes, 88);
  const blockCount = Math.ceil(sizeBytes / blockBytes);
  first.writeUInt32LE(blockCount, 92);
  first.writeUInt8(method === "zlib" ? 0 : 1, 141);
  seal(first);

  const blocks = [...recipe.blocks].toSorted(([one], [other]) => one - other);
  const index = Buffer.alloc(Math.ceil(blocks.length / 32_768) * INDEX_SEGMENT_BYTES);
  const bitmap = Buffer.alloc(Math.ceil(blockCount / 32_768) * PAGE_BYTES);
  const records = new Map<number, number>();
  const parts: Buffer[] = [first];
  let offset = first.length;
  for (const [rank, [block, bytes]] of blocks.entries()) {
    const content = Buffer.alloc(blockBytes);
    content.set(bytes);
    const record = buildRecord(block, recipe.payloads?.get(block) ?? compress(content, method, framesPerBlock));
    records.set(block, offset);
    parts.push(record);
    index.writeBigUInt64LE(BigInt(offset), rank * 16);
    index.writeUInt32LE(block, rank * 16 + 8);
    index.writeUInt32LE(record.length, rank * 16 + 12);
    bitmap[block >> 3] = (bitmap[block >> 3] ?? 0) | (1 << (block & 7));
    offset += record.length;
  }
  const copy = Buffer.from(first);
  copy.writeUInt32LE(blocks.length, 136);
  const indexOffset = offset + copy.length;
  const bitmapOffset = indexOffset + index.length;
  const last = buildLastBlock(first, {
    indexOffset,
    bitmapOffset,
    indexBytes: index.length,
    bitmapBytes: bitmap.length,
    stored: blocks.length,
  });
  return { file: Buffer.concat([...parts, copy, index, bitmap, last]), records, indexOffset, bitmapOffset };
}

/** The last block of a file that begins with `first`. */
export function buildLastBlock(
  first: Buffer,
  tables: { indexOffset: number; bitmapOffset: number; indexBytes: number; bitmapBytes: number; stored: number },
): Buffer {
  const last = Buffer.from(first);
  last.writeBigUInt64LE(BigInt(tables.indexOffset), 96);
  last.writeBigUInt64LE(BigInt(tables.bitmapOffset), 104);
  last.writeUInt32LE(tables.indexBytes, 112);
  last.writeUInt32LE(tables.bitmapBytes, 116);
  last.writeUInt32LE(INDEX_SEGMENT_BYTES, 120);
  last.writeUInt32LE(PAGE_BYTES, 124);
  last.writeUInt32LE(tables.indexBytes / INDEX_SEGMENT_BYTES, 128);
  last.writeUInt32LE(tables.bitmapBytes / PAGE_BYTES, 132);
  last.writeUInt32LE(tables.stored, 136);
  return seal(last);
}

function compress(content: Buffer, method: "zlib" | "zstd", frames: number): Buffer {
  if (method === "zlib") {
    return deflateSync(content, { level: 1 });
  }
  const pieceBytes = content.length / frames;
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  return Buffer.concat(
    Array.from({ length: frames }, (_, number) =>
      zstdCompressSync(content.subarray(number * pieceBytes, (number + 1) * pieceBytes), { params, pledgedSrcSize: pieceBytes }),
    ),
  );
}
