import assert from "node:assert/strict";
import { after, test } from "node:test";
import { inflateSync, zstdDecompressSync } from "node:zlib";
import * as fc from "fast-check";
import { collectFile } from "../core/testing/collect-file.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import { planSequentialQcow2 } from "../qcow2/plan-sequential-qcow2.ts";
import { openQcow2 } from "../qcow2/open-qcow2.ts";
import { openRaw } from "../raw/open-raw.ts";
import { planRaw } from "../raw/plan-raw.ts";
import { toStream } from "../sink/to-stream.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openZvhd } from "../zvhd/open-zvhd.ts";
import { planZvhd } from "../zvhd/plan-zvhd.ts";
import { contentOf } from "../zvhd/testing/build-zvhd.ts";
import { blockTestDisks } from "../mapped/testing/block-test-disks.ts";
import { noVectors, readVector } from "../zvhd/testing/vectors.ts";
import { openZvhd2 } from "./open-zvhd2.ts";
import { planZvhd2 } from "./plan-zvhd2.ts";

const BLOCK_BYTES = 2 * 1024 * 1024;
const GIB = 1024 ** 3;
const pool = new CompressionPool({ threads: 1 });
after(() => pool[Symbol.asyncDispose]());

async function assertSame(one: VirtualDisk, other: VirtualDisk): Promise<void> {
  assert.equal(one.virtualSizeBytes, other.virtualSizeBytes);
  const contents = [await one.read(0, one.virtualSizeBytes), await other.read(0, other.virtualSizeBytes)] as const;
  assert.ok(Buffer.compare(...contents) === 0, "the content differs");
}

for (const method of ["zstd", "zlib"] as const) {
  test(`R-241: a written ZVHD2 file with ${method} reads back as the disk it was made from`, async () => {
    await fc.assert(
      fc.asyncProperty(blockTestDisks, async (disk) => {
        const file = await collectFile(await planZvhd2(disk, { method, pool }));
        await using written = await openZvhd2(new MemorySource(file));
        assert.equal(written.details["compression"], method);
        await assertSame(disk, written);
      }),
      { numRuns: 10 },
    );
  });

  test(`a reader that knows only the offsets of the layout finds every block of a written file with ${method}`, async () => {
    const disk = new TestDisk(9 * BLOCK_BYTES + 1024, [
      { offset: BLOCK_BYTES + 512, length: 2 * BLOCK_BYTES, content: "text" },
      { offset: 6 * BLOCK_BYTES, length: BLOCK_BYTES, content: "noise" },
      { offset: 9 * BLOCK_BYTES, length: 512, content: "text" },
    ]);
    const file = await collectFile(await planZvhd2(disk, { method, pool }));
    const end = file.subarray(-4096);
    const [indexAt, bitmapAt] = [Number(end.readBigUInt64LE(96)), Number(end.readBigUInt64LE(104))];
    const blocks = new Map<number, Buffer>();
    for (let at = indexAt; file.readUInt32LE(at + 12) > 0; at += 16) {
      const [offset, block] = [Number(file.readBigUInt64LE(at)), file.readUInt32LE(at + 8)];
      assert.equal(((file[bitmapAt + (block >> 3)] ?? 0) >> (block & 7)) & 1, 1);
      const payload = file.subarray(offset + 48, offset + 48 + file.readUInt32LE(offset + 12));
      blocks.set(block, method === "zstd" ? zstdDecompressSync(payload) : inflateSync(payload));
    }
    assert.deepEqual([...blocks.keys()], [1, 2, 3, 6, 9]);
    assert.ok(contentOf({ sizeBytes: disk.virtualSizeBytes, blocks }).equals(await disk.read(0, disk.virtualSizeBytes)));
  });
}

test("an all-zero disk makes 16,384 bytes without an index, whatever the map says", async () => {
  for (const disk of [new TestDisk(GIB, []), new TestDisk(3 * BLOCK_BYTES, [{ offset: 0, length: 3 * BLOCK_BYTES, content: "zeros" }])]) {
    const file = await collectFile(await planZvhd2(disk, { pool }));
    assert.equal(file.length, 16_384);
    await using written = await openZvhd2(new MemorySource(file));
    assert.deepEqual(await listExtents(written), [{ offset: 0, length: disk.virtualSizeBytes, kind: "zero" }]);
  }
});

test("an all-zero disk has the bytes of the published driver, but for time and identity", { skip: noVectors }, async () => {
  const theirs = await readVector("zero-1GiB.zvhd2");
  assert.ok(theirs.equals(await collectFile(await planZvhd2(new TestDisk(GIB, []), { pool, ...identityOf(theirs) }))));
});

test("a file lies as one of the published driver does, but for the compressed bytes", { skip: noVectors }, async () => {
  const theirs = await readVector("mixed.zvhd2");
  await using source = await openZvhd2(new MemorySource(theirs));
  const ours = await collectFile(await planZvhd2(source, { pool, ...identityOf(theirs) }));
  assert.ok(ours.subarray(0, 4096).equals(theirs.subarray(0, 4096)), "first block");
  const [copyAt, theirCopyAt] = [ours, theirs].map((file) => Number(file.readBigUInt64LE(file.length - 4096 + 96)) - 4096) as [
    number,
    number,
  ];
  assert.ok(ours.subarray(copyAt, copyAt + 4096).equals(theirs.subarray(theirCopyAt, theirCopyAt + 4096)), "copy behind the records");
  assert.equal(ours.length - copyAt, theirs.length - theirCopyAt, "length of copy, tables and last block");
  assert.ok(ours.subarray(-8192, -4096).equals(theirs.subarray(-8192, -4096)), "bitmap");
  const shape = (file: Buffer): Buffer => Buffer.from(file.subarray(-4096)).fill(0, 64, 68).fill(0, 96, 112);
  assert.ok(shape(ours).equals(shape(theirs)), "last block, but for offsets and checksum");
});

function identityOf(file: Buffer): { readonly timestamp: number; readonly uuid: string } {
  const uuid = file.toString("hex", 68, 84).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { timestamp: file.readUInt32LE(24), uuid };
}

test("a block that does not shrink makes a record of 2,101,248 bytes", async () => {
  const noise = new SeededRandom(5).bytes(BLOCK_BYTES);
  const file = await collectFile(await planZvhd2(await openRaw(new MemorySource(noise)), { pool }));
  assert.equal(file.length, 4096 + 2_101_248 + 4096 + 524_288 + 4096 + 4096);
});

test("a disk of more than 2 TiB is written with whole segments of bitmap, and read where it has data", async () => {
  const tib = 1024 ** 4;
  const disk = new TestDisk(2 * tib + 1536, [
    { offset: tib, length: 512, content: "text" },
    { offset: 2 * tib + 512, length: 1024, content: "noise" },
  ]);
  const file = await collectFile(await planZvhd2(disk, { pool }));
  await using written = await openZvhd2(new MemorySource(file));
  assert.equal(file.readUInt32LE(file.length - 4096 + 132), 33);
  for (const { offset, length } of disk.runs) {
    assert.deepEqual(Buffer.from(await written.read(offset, length)), Buffer.from(await disk.read(offset, length)));
  }
});

test("the same disk makes the same file, and a stream carries it", async () => {
  const disk = new TestDisk(5 * BLOCK_BYTES - 512, [{ offset: 700_416, length: 3 * BLOCK_BYTES, content: "text" }]);
  const plan = await planZvhd2(disk, { pool });
  const file = await collectFile(plan);
  assert.ok(file.equals(await collectFile(await planZvhd2(disk, { pool }))));
  assert.ok(file.equals(Buffer.concat(await Array.fromAsync(toStream(plan)))));
});

/** Formats of the disk that goes into ZVHD and ZVHD2 and comes out of it. */
const containers: Readonly<Record<string, (disk: VirtualDisk) => Promise<VirtualDisk>>> = {
  raw: async (disk) => openRaw(new MemorySource(await collectFile(await planRaw(disk)))),
  qcow2: async (disk) => openQcow2(new MemorySource(await collectFile(await planSequentialQcow2(disk)))),
  zvhd: async (disk) => openZvhd(new MemorySource(await collectFile(await planZvhd(disk, { pool })))),
  zvhd2: async (disk) => openZvhd2(new MemorySource(await collectFile(await planZvhd2(disk, { pool })))),
};
const sample = new TestDisk(7 * BLOCK_BYTES + 512, [
  { offset: 1024, length: 3 * BLOCK_BYTES, content: "text" },
  { offset: 6 * BLOCK_BYTES - 512, length: 1024, content: "noise" },
]);

for (const name of ["zvhd", "zvhd2"]) {
  const own = containers[name] ?? assert.fail();
  for (const [other, into] of Object.entries(containers)) {
    test(`R-252: a disk goes from ${other} into ${name}, and back, unchanged`, async () => {
      await using through = await own(await into(sample));
      await assertSame(sample, through);
      await using back = await into(through);
      await assertSame(sample, back);
    });
  }
  test(`R-239: a disk of any format can be kept as ${name}: the content stays, zeros take no room, the map says where data is`, async () => {
    await using kept = await own((await containers["qcow2"]?.(sample)) ?? assert.fail());
    await assertSame(sample, kept);
    const stored = (await listExtents(kept)).filter(({ kind }) => kind === "data");
    assert.deepEqual(stored, [
      { offset: 0, length: 4 * BLOCK_BYTES, kind: "data" },
      { offset: 5 * BLOCK_BYTES, length: 2 * BLOCK_BYTES, kind: "data" },
    ]);
  });
}
