import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import { createInflate } from "node:zlib";
import * as fc from "fast-check";
import { collectFile } from "../core/testing/collect-file.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import { toStream } from "../sink/to-stream.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openZvhd } from "./open-zvhd.ts";
import { planZvhd } from "./plan-zvhd.ts";
import { BLOCK_BYTES, contentOf } from "./testing/build-zvhd.ts";
import { blockTestDisks } from "../mapped/testing/block-test-disks.ts";
import { noVectors, readVector } from "./testing/vectors.ts";

const pool = new CompressionPool({ threads: 1 });
after(() => pool[Symbol.asyncDispose]());

test("R-240: a written ZVHD file reads back as the disk it was made from", async () => {
  await fc.assert(
    fc.asyncProperty(blockTestDisks, async (disk) => {
      const file = await collectFile(await planZvhd(disk, { pool }));
      await using written = await openZvhd(new MemorySource(file));
      assert.equal(written.virtualSizeBytes, disk.virtualSizeBytes);
      const [expected, actual] = [await disk.read(0, disk.virtualSizeBytes), await written.read(0, disk.virtualSizeBytes)];
      assert.ok(Buffer.compare(expected, actual) === 0, "the content differs");
    }),
    { numRuns: 12 },
  );
});

test("the payloads of all records are one zlib stream for a reader that knows nothing else", async () => {
  const disk = new TestDisk(9 * BLOCK_BYTES, [
    { offset: BLOCK_BYTES + 512, length: 2 * BLOCK_BYTES, content: "text" },
    { offset: 6 * BLOCK_BYTES, length: BLOCK_BYTES, content: "noise" },
    { offset: 8 * BLOCK_BYTES, length: BLOCK_BYTES, content: "text" },
  ]);
  const file = await collectFile(await planZvhd(disk, { pool }));
  const inflate = createInflate();
  const chunks: Buffer[] = [];
  inflate.on("data", (chunk: Buffer) => chunks.push(chunk));
  const blocks: number[] = [];
  for (let at = 4096; file.toString("latin1", at, at + 12) === "hwstream bg\0";) {
    const payloadBytes = file.readUInt32LE(at + 12);
    blocks.push(file.readUInt32LE(at + 16));
    inflate.write(file.subarray(at + 48, at + 48 + payloadBytes));
    at += Math.ceil((payloadBytes + 52) / 4096) * 4096;
    assert.equal(file.toString("latin1", at - 4, at), "end\0");
  }
  // The stream has no end, as with other writers.
  inflate.flush(() => inflate.destroy());
  await once(inflate, "close");
  const stream = Buffer.concat(chunks);
  assert.deepEqual(blocks, [1, 2, 3, 6, 8]);
  const read = new Map(blocks.map((block, index) => [block, stream.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)]));
  assert.ok(contentOf({ sizeBytes: disk.virtualSizeBytes, blocks: read }).equals(await disk.read(0, disk.virtualSizeBytes)));
});

test("an all-zero disk makes 8,192 bytes, whatever the map says", async () => {
  for (const disk of [
    new TestDisk(1024 ** 3, []),
    new TestDisk(3 * BLOCK_BYTES, [{ offset: 0, length: 3 * BLOCK_BYTES, content: "zeros" }]),
  ]) {
    const file = await collectFile(await planZvhd(disk, { pool }));
    assert.equal(file.length, 8192);
    assert.ok(file.subarray(0, 4096).equals(file.subarray(4096)));
  }
});

test("a block that does not shrink makes a record of 2,101,248 bytes", async () => {
  const disk = new TestDisk(BLOCK_BYTES, [{ offset: 0, length: BLOCK_BYTES, content: "noise" }]);
  assert.equal((await collectFile(await planZvhd(disk, { pool }))).length, 8192 + 2_101_248);
});

test("the first block has the bytes of the published driver, but for time and identity", { skip: noVectors }, async () => {
  const theirs = await readVector("zero-1GiB.zvhd");
  const timestamp = theirs.readUInt32LE(24);
  const uuid = theirs.toString("hex", 68, 84).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  assert.ok(theirs.equals(await collectFile(await planZvhd(new TestDisk(1024 ** 3, []), { pool, timestamp, uuid }))));
});

test("the same disk makes the same file, and a stream carries it", async () => {
  const disk = new TestDisk(5 * BLOCK_BYTES - 512, [{ offset: 700_416, length: 3 * BLOCK_BYTES, content: "text" }]);
  const plan = await planZvhd(disk, { pool });
  const file = await collectFile(plan);
  assert.ok(file.equals(await collectFile(await planZvhd(disk, { pool }))));
  assert.ok(file.equals(Buffer.concat(await Array.fromAsync(toStream(plan)))));
});

test("a disk of more than 2 TiB is written and read where it has data", async () => {
  const tib = 1024 ** 4;
  const disk = new TestDisk(2 * tib + 1536, [
    { offset: tib, length: 512, content: "text" },
    { offset: 2 * tib + 512, length: 1024, content: "noise" },
  ]);
  await using written = await openZvhd(new MemorySource(await collectFile(await planZvhd(disk, { pool }))));
  assert.equal(written.virtualSizeBytes, disk.virtualSizeBytes);
  for (const { offset, length } of disk.runs) {
    assert.deepEqual(Buffer.from(await written.read(offset, length)), Buffer.from(await disk.read(offset, length)));
  }
  assert.deepEqual(
    (await listExtents(written)).map(({ kind }) => kind),
    ["zero", "data", "zero", "data"],
  );
});

test("progress ends at the guest bytes of the blocks that hold data", async () => {
  const disk = new TestDisk(2 * BLOCK_BYTES + 512, [{ offset: 2 * BLOCK_BYTES - 512, length: 1024, content: "zeros" }]);
  const reports: unknown[] = [];
  await collectFile(await planZvhd(disk, { pool }), { onProgress: (progress) => reports.push(progress) });
  assert.deepEqual(reports, [
    { doneBytes: BLOCK_BYTES, totalBytes: BLOCK_BYTES + 512 },
    { doneBytes: BLOCK_BYTES + 512, totalBytes: BLOCK_BYTES + 512 },
  ]);
});

test("an aborted plan stops with the signal's reason, and no read is left under way", async () => {
  const disk = new TestDisk(40 * BLOCK_BYTES, [{ offset: 0, length: 40 * BLOCK_BYTES, content: "text" }]);
  const abort = new AbortController();
  const plan = await planZvhd(disk, { pool });
  await assert.rejects(collectFile(plan, { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) }), /enough/);
  assert.equal(disk.readsUnderWay, 0);
});

test("what is no UUID is refused", async () => {
  await assert.rejects(planZvhd(new TestDisk(512, []), { uuid: "none" }), RangeError);
});
