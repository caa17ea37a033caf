import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import type { DiskErrorCode } from "../core/disk-error.ts";
import { isDiskError } from "../core/disk-error.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openZvhd } from "./open-zvhd.ts";
import { BLOCK_BYTES, buildBlock, buildRecord, buildZvhd, seal } from "./testing/build-zvhd.ts";
import type { BuiltZvhd } from "./testing/build-zvhd.ts";

const text = (word: string): Buffer => Buffer.alloc(BLOCK_BYTES, `${word} `);
const blocks = new Map([
  [1, text("one")],
  [3, text("three")],
  [4, text("four")],
]);

interface RefusalCase {
  readonly title: string;
  readonly code: DiskErrorCode;
  readonly message: RegExp;
  break(built: BuiltZvhd): void | Uint8Array;
}

/** Changes the first and the last block alike, and makes their checksums right again. */
const both =
  (change: (block: Buffer) => void): RefusalCase["break"] =>
  ({ file }) => {
    for (const block of [file.subarray(0, 4096), file.subarray(-4096)]) {
      change(block);
      seal(block);
    }
  };

const last =
  (change: (block: Buffer) => void): RefusalCase["break"] =>
  ({ file }) => {
    change(file.subarray(-4096));
    seal(file.subarray(-4096));
  };

const atOpening: readonly RefusalCase[] = [
  { title: "less than two blocks", code: "disk.truncated", message: /has 8191 bytes/, break: ({ file }) => file.subarray(0, 8191) },
  { title: "another cookie", code: "disk.corrupt", message: /does not begin with "stream"/, break: ({ file }) => void file.write("x", 3) },
  {
    title: "a wrong checksum",
    code: "disk.corrupt",
    message: /checksum at 64 of the first/,
    break: ({ file }) => void file.write("x", 70),
  },
  {
    title: "a wrong checksum at the end",
    code: "disk.corrupt",
    message: /checksum at 64 of the last/,
    break: ({ file }) => void file.write("x", file.length - 4096 + 70),
  },
  { title: "other features", code: "disk.unsupported", message: /features at 8/, break: both((block) => block.writeUInt32LE(3, 8)) },
  {
    title: "another version",
    code: "disk.unsupported",
    message: /version at 12/,
    break: both((block) => block.writeUInt32LE(0x20000, 12)),
  },
  { title: "another type", code: "disk.unsupported", message: /type at 60 .* is 3/, break: both((block) => block.writeUInt32LE(3, 60)) },
  { title: "a size of nothing", code: "disk.corrupt", message: /sizes at 40 and 48/, break: both((block) => block.fill(0, 40, 48)) },
  { title: "a size over its rounding", code: "disk.corrupt", message: /sizes at 40 and 48/, break: both((block) => block.fill(0, 48, 56)) },
  {
    title: "a size of 2^63",
    code: "disk.limit",
    message: /claims 9223372036854776000/,
    break: both((block) => block.fill("\0\0\0\0\0\0\0\x80", 40, 56, "latin1")),
  },
  {
    title: "a size of 65 TiB",
    code: "disk.limit",
    message: /at most 70368744177664/,
    break: both((block) => block.fill("\0\0\0\0\0\x41\0\0", 40, 56, "latin1")),
  },
  { title: "a missing end", code: "disk.truncated", message: /do not begin with "stream"/, break: ({ file }) => file.subarray(0, -4096) },
  {
    title: "an end in the middle of a page",
    code: "disk.truncated",
    message: /something follows it/,
    break: ({ file }) => Buffer.concat([file, Buffer.alloc(77)]),
  },
  {
    title: "the end of another file",
    code: "disk.corrupt",
    message: /differ at 68/,
    break: last((block) => void block.write("other", 68)),
  },
  { title: "another size at the end", code: "disk.corrupt", message: /differ at 40/, break: last((block) => block.writeUInt8(1, 40)) },
  {
    title: "another rounded size at the end",
    code: "disk.corrupt",
    message: /differ at 48/,
    break: last((block) => block.writeUInt8(1, 48)),
  },
];

const record = ({ records }: BuiltZvhd, block: number): number => records.get(block) ?? assert.fail();

const inTheMap: readonly RefusalCase[] = [
  {
    title: "something that is no record",
    code: "disk.corrupt",
    message: /no record .* at 4096/,
    break: (built) => void built.file.write("x", record(built, 1)),
  },
  {
    title: "a record without a payload",
    code: "disk.corrupt",
    message: /size at 12 of the record at 4096 is 0/,
    break: (built) => void built.file.writeUInt32LE(0, record(built, 1) + 12),
  },
  {
    title: "a payload that no block can need",
    code: "disk.corrupt",
    message: /is 2109392, for a block/,
    break: (built) => void built.file.writeUInt32LE(2_109_392, record(built, 1) + 12),
  },
  {
    title: "blocks out of order",
    code: "disk.corrupt",
    message: /block number at 16 .* is 1, after 3/,
    break: (built) => void built.file.writeUInt32LE(1, record(built, 4) + 16),
  },
  {
    title: "a block twice",
    code: "disk.corrupt",
    message: /block number at 16 .* is 1, after 1/,
    break: (built) => void built.file.writeUInt32LE(1, record(built, 3) + 16),
  },
  {
    title: "a block behind the disk's end",
    code: "disk.corrupt",
    message: /is 10, after 3, on a disk of 10 blocks/,
    break: (built) => void built.file.writeUInt32LE(10, record(built, 4) + 16),
  },
  {
    title: "a record that reaches into the last block",
    code: "disk.truncated",
    message: /last block of the file stands at/,
    break: (built) => void built.file.writeUInt32LE(1_000_000, record(built, 4) + 12),
  },
  {
    title: "a second image behind the first one",
    code: "disk.corrupt",
    message: /bytes follow it/,
    break: ({ file }) => Buffer.concat([file, file.subarray(4096)]),
  },
];

const deflate = (content: Uint8Array): Buffer => deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH });

/** A file of one record with this payload. */
const withPayload = (payload: Uint8Array) => (): Uint8Array => {
  const block = buildBlock("stream\0\0", 10 * BLOCK_BYTES);
  return Buffer.concat([block, buildRecord(1, payload), block]);
};
const header = Buffer.of(0x78, 0x9c);
const zeros = Buffer.alloc(BLOCK_BYTES);

const atReading: readonly RefusalCase[] = [
  { title: "no end mark", code: "disk.corrupt", message: /end mark/, break: (built) => void built.file.write("x", record(built, 3) - 4) },
  {
    title: "no zlib header",
    code: "disk.corrupt",
    message: /record of block 1 at 4096 .* header of a zlib stream/,
    break: withPayload(Buffer.concat([Buffer.of(0x78, 0x02), deflate(zeros)])),
  },
  {
    title: "a dictionary that nobody has",
    code: "disk.corrupt",
    message: /header of a zlib stream/,
    break: withPayload(Buffer.concat([Buffer.of(0x78, 0xbb), deflate(zeros)])),
  },
  {
    title: "damaged data",
    code: "disk.corrupt",
    message: /does not inflate/,
    break: withPayload(Buffer.concat([header, Buffer.alloc(100, 0xff)])),
  },
  {
    title: "less than a block",
    code: "disk.corrupt",
    message: /inflates to 2097151 bytes/,
    break: withPayload(Buffer.concat([header, deflate(zeros.subarray(1))])),
  },
  {
    title: "more than a block: a bomb",
    code: "disk.corrupt",
    message: /more than the 2097152 bytes/,
    break: withPayload(Buffer.concat([header, deflate(Buffer.alloc(64 * BLOCK_BYTES))])),
  },
  {
    title: "a stream that ends before the record does",
    code: "disk.corrupt",
    message: /ends after \d+ of \d+ bytes/,
    break: withPayload(Buffer.concat([header, deflateRawSync(zeros), Buffer.alloc(9, 1)])),
  },
  {
    title: "a first record that looks back",
    code: "disk.corrupt",
    message: /looks back at data before it/,
    break: withPayload(
      Buffer.concat([
        header,
        deflateRawSync(text("one"), { dictionary: text("one").subarray(-32_768), finishFlush: constants.Z_SYNC_FLUSH }),
      ]),
    ),
  },
];

/** Opens what a case broke, and does what finds it. */
async function refusal({ break: breakIt }: RefusalCase, find: "map" | "read" | "nothing"): Promise<unknown> {
  const built = buildZvhd({ sizeBytes: 10 * BLOCK_BYTES, blocks });
  const file = breakIt(built) ?? built.file;
  const disk = await openZvhd(new MemorySource(file));
  return find === "map" ? listExtents(disk) : disk.read(BLOCK_BYTES, 4 * BLOCK_BYTES);
}

for (const [find, cases] of [
  ["nothing", atOpening],
  ["map", inTheMap],
  ["read", atReading],
] as const) {
  for (const refused of cases) {
    test(`${refused.title}: refused with ${refused.code} ${find === "nothing" ? "when it is opened" : `by the ${find}`}`, async () => {
      await assert.rejects(refusal(refused, find), (error: unknown) => {
        assert.ok(isDiskError(error), String(error));
        assert.equal(error.code, refused.code, error.message);
        assert.match(error.message, refused.message);
        assert.ok((error.remedy ?? "").length > 0);
        return true;
      });
    });
  }
}

test("the file that the cases break is sound", async () => {
  const disk = await openZvhd(new MemorySource(buildZvhd({ sizeBytes: 10 * BLOCK_BYTES, blocks }).file));
  assert.equal((await listExtents(disk)).length, 5);
  assert.ok(text("four").equals(await disk.read(4 * BLOCK_BYTES, BLOCK_BYTES)));
});

test("the source is closed when opening fails", async () => {
  let closed = 0;
  const source = new MemorySource(Buffer.alloc(10));
  source[Symbol.asyncDispose] = async () => {
    closed += 1;
  };
  await assert.rejects(openZvhd(source));
  assert.equal(closed, 1);
});
