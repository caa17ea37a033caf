import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateSync, zstdCompressSync } from "node:zlib";
import type { DiskErrorCode } from "../core/disk-error.ts";
import { isDiskError } from "../core/disk-error.ts";
import { MemorySource } from "../source/memory-source.ts";
import { seal } from "../zvhd/testing/build-zvhd.ts";
import { openZvhd2 } from "./open-zvhd2.ts";
import { buildZvhd2 } from "./testing/build-zvhd2.ts";
import type { BuiltZvhd2, Zvhd2Recipe } from "./testing/build-zvhd2.ts";

const MIB = 1024 * 1024;
const BLOCK_BYTES = 2 * MIB;
const text = (word: string): Buffer => Buffer.alloc(BLOCK_BYTES, `${word} `);

/** A sound image that each case breaks in one place. */
const sound: Zvhd2Recipe = {
  sizeBytes: 10 * BLOCK_BYTES,
  blocks: new Map([
    [1, text("one")],
    [3, text("three")],
    [4, text("four")],
  ]),
};

interface RefusalCase {
  readonly title: string;
  readonly code: DiskErrorCode;
  readonly message: RegExp;
  readonly recipe?: Partial<Zvhd2Recipe>;
  break?(built: BuiltZvhd2): void | Uint8Array;
}

type Break = NonNullable<RefusalCase["break"]>;

/** Changes the last block, and makes its checksum right again. */
const last =
  (change: (block: Buffer) => unknown): Break =>
  ({ file }) => {
    change(file.subarray(-4096));
    seal(file.subarray(-4096));
  };
const lastU32 = (offset: number, value: number): Break => last((block) => block.writeUInt32LE(value, offset));
const lastU64 = (offset: number, value: bigint): Break => last((block) => block.writeBigUInt64LE(value, offset));

/** Changes the first and the last block alike. */
const both =
  (change: (block: Buffer) => unknown): Break =>
  (built) => {
    change(built.file.subarray(0, 4096));
    seal(built.file.subarray(0, 4096));
    last(change)(built);
  };

const atOpening: readonly RefusalCase[] = [
  { title: "less than three blocks", code: "disk.truncated", message: /has 12287 bytes/, break: ({ file }) => file.subarray(0, 12_287) },
  { title: "a ZVHD cookie", code: "disk.corrupt", message: /does not begin with "z2strm"/, break: ({ file }) => void file.write("stream") },
  { title: "a missing end", code: "disk.truncated", message: /end is missing/, break: ({ file }) => file.subarray(0, -4096) },
  {
    title: "bytes behind the end",
    code: "disk.truncated",
    message: /something follows/,
    break: ({ file }) => Buffer.concat([file, Buffer.alloc(4096)]),
  },
  {
    title: "a wrong checksum",
    code: "disk.corrupt",
    message: /checksum at 64 of the first/,
    break: ({ file }) => void file.write("x", 90),
  },
  {
    title: "a wrong checksum at the end",
    code: "disk.corrupt",
    message: /checksum at 64 of the last/,
    break: ({ file }) => void file.write("x", file.length - 3990),
  },
  { title: "version 2", code: "disk.unsupported", message: /version at 87 .* is 2/, break: both((block) => block.writeUInt8(2, 87)) },
  {
    title: "version 2 at the end",
    code: "disk.unsupported",
    message: /version at 87 of the last/,
    break: last((block) => block.writeUInt8(2, 87)),
  },
  {
    title: "blocks of 512 KiB",
    code: "disk.corrupt",
    message: /block_size at 88 .* is 524288/,
    break: both((block) => block.writeUInt32LE(MIB / 2, 88)),
  },
  {
    title: "blocks of 64 MiB",
    code: "disk.corrupt",
    message: /block_size at 88/,
    break: both((block) => block.writeUInt32LE(64 * MIB, 88)),
  },
  { title: "blocks of 3 MiB", code: "disk.corrupt", message: /block_size at 88/, break: both((block) => block.writeUInt32LE(3 * MIB, 88)) },
  {
    title: "another number of blocks",
    code: "disk.corrupt",
    message: /max_blk_num at 92 .* is 11/,
    break: both((block) => block.writeUInt32LE(11, 92)),
  },
  {
    title: "an unknown method",
    code: "disk.unsupported",
    message: /compress_method at 141 .* is 2/,
    break: both((block) => block.writeUInt8(2, 141)),
  },
  {
    title: "another method at the end",
    code: "disk.corrupt",
    message: /differ at 141: zstd and zlib/,
    break: last((block) => block.writeUInt8(0, 141)),
  },
  {
    title: "other blocks at the end",
    code: "disk.corrupt",
    message: /differ at 88/,
    break: last((block) => {
      block.writeUInt32LE(4 * MIB, 88);
      block.writeUInt32LE(5, 92);
    }),
  },
  {
    title: "the end of another file",
    code: "disk.corrupt",
    message: /differ at 68/,
    break: last((block) => void block.write("other", 68)),
  },
  {
    title: "a size of 65 TiB",
    code: "disk.limit",
    message: /at most/,
    break: both((block) => block.fill("\0\0\0\0\0\x41\0\0", 40, 56, "latin1")),
  },
  {
    title: "an index with empty blocks",
    code: "disk.unsupported",
    message: /index_contains_zero at 140 .* is 1/,
    break: last((block) => block.writeUInt8(1, 140)),
  },
  { title: "more records than blocks", code: "disk.corrupt", message: /non_zero_blk_num at 136/, break: lastU32(136, 11) },
  { title: "other index segments", code: "disk.corrupt", message: /index_seg_size at 120/, break: lastU32(120, 4096) },
  { title: "other bitmap segments", code: "disk.corrupt", message: /bitmap_seg_size at 124/, break: lastU32(124, 512) },
  { title: "too many index segments", code: "disk.corrupt", message: /index_seg_num at 128/, break: lastU32(128, 2) },
  { title: "too many bitmap segments", code: "disk.corrupt", message: /bitmap_seg_num at 132/, break: lastU32(132, 2) },
  { title: "another length of the index", code: "disk.corrupt", message: /index_size at 112/, break: lastU32(112, 16) },
  { title: "another length of the bitmap", code: "disk.corrupt", message: /bitmap_size at 116/, break: lastU32(116, 16) },
  { title: "an index at 0", code: "disk.corrupt", message: /index_offset at 96 .* is 0/, break: lastU64(96, 0n) },
  { title: "a misaligned index", code: "disk.corrupt", message: /index_offset at 96/, break: lastU64(96, 9000n) },
  { title: "an index at 2^63", code: "disk.corrupt", message: /bitmap_offset at 104/, break: lastU64(96, 1n << 63n) },
  {
    title: "a bitmap inside the index",
    code: "disk.corrupt",
    message: /bitmap_offset at 104/,
    break: (built) => lastU64(104, BigInt(built.indexOffset))(built),
  },
  {
    title: "a misaligned bitmap",
    code: "disk.corrupt",
    message: /bitmap_offset at 104/,
    break: (built) => lastU64(104, BigInt(built.bitmapOffset + 8))(built),
  },
  { title: "a bitmap behind the end", code: "disk.corrupt", message: /reaches into the last block/, break: lastU64(104, 1n << 52n) },
  {
    title: "another number of bits",
    code: "disk.corrupt",
    message: /has 2 bits, .* is 3/,
    break: ({ file, bitmapOffset }) => void file.writeUInt8(0x0a, bitmapOffset),
  },
  {
    title: "a bit behind the disk's end",
    code: "disk.corrupt",
    message: /bit for block 10,/,
    break: ({ file, bitmapOffset }) => void file.writeUInt16LE(0x040a, bitmapOffset),
  },
];

const entry =
  (number: number, change: (entry: Buffer) => unknown): Break =>
  ({ file, indexOffset }) =>
    void change(file.subarray(indexOffset + number * 16, indexOffset + number * 16 + 16));
const record = ({ records }: BuiltZvhd2, block: number): number => records.get(block) ?? assert.fail();
const zeros = Buffer.alloc(BLOCK_BYTES);
const payload = (bytes: Uint8Array, method: "zlib" | "zstd" = "zstd"): Partial<Zvhd2Recipe> => ({
  method,
  payloads: new Map([[1, bytes]]),
});
const unsized = { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } };
const skippable = Buffer.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 7, 7, 7);

/** A frame that states that much content, with a window of 1 KiB, and has none. */
function sizedFrame(contentBytes: number | bigint): Buffer {
  const frame = Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0);
  frame.writeBigUInt64LE(BigInt(contentBytes), 6);
  return frame;
}

const wideFrame = Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x80, 0x70, 0, 0, 0x20, 0), Buffer.of(1, 0, 0)]);

const atReading: readonly RefusalCase[] = [
  {
    title: "an entry of another block",
    code: "disk.corrupt",
    message: /Entry 0 .* of block 2, and the bitmap has block 1/,
    break: entry(0, (at) => at.writeUInt32LE(2, 8)),
  },
  {
    title: "entries out of order",
    code: "disk.corrupt",
    message: /Entry 1 .* of block 4/,
    break: entry(1, (at) => at.writeUInt32LE(4, 8)),
  },
  { title: "a record at 0", code: "disk.corrupt", message: /Entry 0 .* at 0,/, break: entry(0, (at) => at.fill(0, 0, 8)) },
  { title: "a misaligned record", code: "disk.corrupt", message: /Entry 0 .* at 4097,/, break: entry(0, (at) => at.writeUInt8(1, 0)) },
  { title: "a record at 2^63", code: "disk.corrupt", message: /no record can be/, break: entry(2, (at) => at.writeUInt8(0x80, 7)) },
  {
    title: "two entries of one record",
    code: "disk.corrupt",
    message: /Entry 1 .* lie from 8192/,
    break: entry(1, (at) => at.writeUInt32LE(4096, 0)),
  },
  {
    title: "a record over the index",
    code: "disk.corrupt",
    message: /no record can be/,
    break: entry(2, (at) => at.writeUInt32LE(8192, 12)),
  },
  { title: "a record of nothing", code: "disk.corrupt", message: /names 0 bytes/, break: entry(2, (at) => at.writeUInt32LE(0, 12)) },
  {
    title: "a record of half a page",
    code: "disk.corrupt",
    message: /names 2048 bytes/,
    break: entry(2, (at) => at.writeUInt32LE(2048, 12)),
  },
  {
    title: "something that is no record",
    code: "disk.corrupt",
    message: /no record .* at 4096/,
    break: (built) => void built.file.write("x", record(built, 1)),
  },
  {
    title: "the record of another block",
    code: "disk.corrupt",
    message: /record at 4096 is of block 7/,
    break: (built) => void built.file.writeUInt32LE(7, record(built, 1) + 16),
  },
  {
    title: "a payload longer than its record",
    code: "disk.corrupt",
    message: /payload of 5000 bytes/,
    break: (built) => void built.file.writeUInt32LE(5000, record(built, 1) + 12),
  },
  {
    title: "no end mark",
    code: "disk.corrupt",
    message: /end mark/,
    break: (built) => void built.file.write("x", record(built, 1) + 4092),
  },
  {
    title: "no zstd frame",
    code: "disk.corrupt",
    message: /record of block 1 at 4096 .* no zstd frame/,
    recipe: payload(Buffer.from("something else")),
  },
  {
    title: "a cut frame",
    code: "disk.corrupt",
    message: /inside a zstd frame/,
    recipe: payload(zstdCompressSync(text("one")).subarray(0, -5)),
  },
  {
    title: "a frame and more",
    code: "disk.corrupt",
    message: /2 zstd frames state 4194304 bytes/,
    recipe: payload(Buffer.concat([zstdCompressSync(text("one")), zstdCompressSync(zeros)])),
  },
  {
    title: "a frame and no frame",
    code: "disk.corrupt",
    message: /no zstd frame at byte \d\d/,
    recipe: payload(Buffer.concat([zstdCompressSync(text("one")), Buffer.from("more")])),
  },
  {
    title: "a frame that does not state its size",
    code: "disk.corrupt",
    message: /states no bytes/,
    recipe: payload(zstdCompressSync(text("one"), unsized)),
  },
  {
    title: "a second frame that does not state its size",
    code: "disk.corrupt",
    message: /at byte \d+ states no bytes/,
    recipe: payload(Buffer.concat([zstdCompressSync(zeros.subarray(MIB)), zstdCompressSync(zeros.subarray(MIB), unsized)])),
  },
  {
    title: "a frame of less than a block",
    code: "disk.corrupt",
    message: /state 2097151 bytes/,
    recipe: payload(zstdCompressSync(zeros.subarray(1))),
  },
  {
    title: "frames of a byte less than a block",
    code: "disk.corrupt",
    message: /2 zstd frames state 2097151 bytes/,
    recipe: payload(Buffer.concat([zstdCompressSync(zeros.subarray(MIB)), zstdCompressSync(zeros.subarray(MIB + 1))])),
  },
  {
    title: "frames of a byte more than a block",
    code: "disk.corrupt",
    message: /2 zstd frames state 2097153 bytes/,
    recipe: payload(Buffer.concat([zstdCompressSync(zeros.subarray(MIB)), zstdCompressSync(Buffer.alloc(MIB + 1))])),
  },
  {
    title: "a second frame that is cut",
    code: "disk.corrupt",
    message: /inside a zstd frame/,
    recipe: payload(Buffer.concat([zstdCompressSync(zeros.subarray(MIB)), zstdCompressSync(zeros.subarray(MIB)).subarray(0, -4)])),
  },
  {
    title: "a second frame that has less than it states",
    code: "disk.corrupt",
    message: /does not inflate/,
    recipe: payload(Buffer.concat([zstdCompressSync(zeros.subarray(MIB)), sizedFrame(MIB)])),
  },
  {
    title: "frames whose sizes wrap around at 2^64",
    code: "disk.corrupt",
    message: /2 zstd frames state 1844674407\d+ bytes/,
    recipe: payload(Buffer.concat([zstdCompressSync(zeros), sizedFrame(2n ** 64n - 1n)])),
  },
  {
    title: "a skippable frame in front",
    code: "disk.corrupt",
    message: /at byte 0 states 0 bytes/,
    recipe: payload(Buffer.concat([skippable, zstdCompressSync(zeros)])),
  },
  {
    title: "a skippable frame between",
    code: "disk.corrupt",
    message: /at byte \d\d states 0 bytes/,
    recipe: payload(Buffer.concat([zstdCompressSync(zeros.subarray(MIB)), skippable, zstdCompressSync(zeros.subarray(MIB))])),
  },
  {
    title: "a skippable frame behind",
    code: "disk.corrupt",
    message: /at byte \d\d states 0 bytes/,
    recipe: payload(Buffer.concat([zstdCompressSync(zeros), skippable])),
  },
  {
    title: "a heap of frames of one byte",
    code: "disk.limit",
    message: /more than 513 zstd frames/,
    recipe: payload(Buffer.concat([...Array.from({ length: 513 }, () => zstdCompressSync(Buffer.of(1))), zstdCompressSync(zeros)])),
  },
  {
    title: "a zstd bomb",
    code: "disk.corrupt",
    message: /state 268435456 bytes/,
    recipe: payload(zstdCompressSync(Buffer.alloc(256 * MIB))),
  },
  { title: "a zstd window of 16 MiB", code: "disk.limit", message: /window of 16777216 bytes/, recipe: payload(wideFrame) },
  {
    title: "a frame that has less than it states",
    code: "disk.corrupt",
    message: /does not inflate|to 0 bytes/,
    recipe: payload(Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x80, 0x48, 0, 0, 0x20, 0), Buffer.of(1, 0, 0)])),
  },
  {
    title: "a frame without content in front",
    code: "disk.corrupt",
    message: /at byte 0 states 0 bytes/,
    recipe: payload(Buffer.concat([zstdCompressSync(Buffer.alloc(0)), zstdCompressSync(zeros)])),
  },
  {
    title: "a wrong zlib checksum",
    code: "disk.corrupt",
    message: /does not inflate: incorrect data check/,
    recipe: payload(Buffer.concat([deflateSync(zeros).subarray(0, -1), Buffer.of(9)]), "zlib"),
  },
  {
    title: "less than a block of zlib",
    code: "disk.corrupt",
    message: /inflates from .* to 2097151/,
    recipe: payload(deflateSync(zeros.subarray(1)), "zlib"),
  },
  {
    title: "a zlib bomb",
    code: "disk.corrupt",
    message: /more than the 2097152 bytes/,
    recipe: payload(deflateSync(Buffer.alloc(64 * MIB)), "zlib"),
  },
  {
    title: "a zlib stream and more",
    code: "disk.corrupt",
    message: /inflates from \d+ of \d+ bytes/,
    recipe: payload(Buffer.concat([deflateSync(zeros), Buffer.alloc(9, 1)]), "zlib"),
  },
  {
    title: "zstd where zlib is stated",
    code: "disk.corrupt",
    message: /does not inflate/,
    recipe: payload(zstdCompressSync(zeros), "zlib"),
  },
];

async function assertRefused(refused: RefusalCase, work: (file: Uint8Array) => Promise<unknown>): Promise<void> {
  const built = buildZvhd2({ ...sound, ...refused.recipe });
  await assert.rejects(work(refused.break?.(built) ?? built.file), (error: unknown) => {
    assert.ok(isDiskError(error), String(error));
    assert.equal(error.code, refused.code, error.message);
    assert.match(error.message, refused.message);
    assert.ok((error.remedy ?? "").length > 0);
    return true;
  });
}

for (const refused of atOpening) {
  test(`${refused.title}: refused with ${refused.code} when it is opened`, () =>
    assertRefused(refused, (file) => openZvhd2(new MemorySource(file))));
}

for (const refused of atReading) {
  test(`${refused.title}: refused with ${refused.code} when it is read`, async () => {
    await assertRefused(refused, async (file) => (await openZvhd2(new MemorySource(file))).read(0, 10 * BLOCK_BYTES));
    await assertRefused(refused, async (file) => (await openZvhd2(new MemorySource(file))).read(BLOCK_BYTES + 5, 100));
  });
}

test("the file that the cases break is sound, and the copy behind the records may hold anything", async () => {
  const { file, indexOffset } = buildZvhd2(sound);
  file.fill(0xff, indexOffset - 4096, indexOffset);
  const disk = await openZvhd2(new MemorySource(file));
  assert.ok(text("four").equals(await disk.read(4 * BLOCK_BYTES, BLOCK_BYTES)));
});

test("a block that is damaged does not keep others from being read", async () => {
  const { file } = buildZvhd2({ ...sound, ...payload(Buffer.from("something else")) });
  const disk = await openZvhd2(new MemorySource(file));
  await assert.rejects(disk.read(BLOCK_BYTES, 1), { code: "disk.corrupt" });
  assert.ok(text("three").equals(await disk.read(3 * BLOCK_BYTES, BLOCK_BYTES)));
});
