import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as fc from "fast-check";
import type { PlannedFile } from "../core/disk-writer.ts";
import { collectFile } from "../core/testing/collect-file.ts";
import { randomTestDisks } from "../core/testing/random-test-disks.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openQcow2 } from "./open-qcow2.ts";
import { planAllocatingQcow2 } from "./plan-allocating-qcow2.ts";
import { planCompressedQcow2 } from "./plan-compressed-qcow2.ts";
import type { Qcow2WriteOptions } from "./plan-layout.ts";
import { planSequentialQcow2 } from "./plan-sequential-qcow2.ts";
import { checkRefcounts } from "./testing/check-refcounts.ts";

const pool = new CompressionPool({ threads: 1 });
after(() => pool[Symbol.asyncDispose]());

const planners: Readonly<Record<string, (disk: VirtualDisk, options: Qcow2WriteOptions) => Promise<PlannedFile>>> = {
  sequential: planSequentialQcow2,
  allocating: planAllocatingQcow2,
  zlib: (disk, options) => planCompressedQcow2(disk, { ...options, codec: "zlib", pool }),
  zstd: (disk, options) => planCompressedQcow2(disk, { ...options, codec: "zstd", pool }),
};

const disks = randomTestDisks({
  gap: fc.nat({ max: 200 }),
  sectors: fc.integer({ min: 1, max: 200 }),
  maxTailSectors: 300,
  maxRuns: 6,
});

for (const [name, plan] of Object.entries(planners)) {
  test(`a ${name} qcow2 file reads back as the disk it was made from, and counts every cluster exactly`, async () => {
    await fc.assert(
      fc.asyncProperty(disks, fc.integer({ min: 9, max: 17 }), async (disk, clusterBits) => {
        const file = await collectFile(await plan(disk, { clusterBits }));
        checkRefcounts(file);
        await using written = await openQcow2(new MemorySource(file));
        assert.equal(written.virtualSizeBytes, disk.virtualSizeBytes);
        const [expected, actual] = [await disk.read(0, disk.virtualSizeBytes), await written.read(0, disk.virtualSizeBytes)];
        assert.ok(Buffer.compare(expected, actual) === 0, "the content differs");
      }),
      { numRuns: 40 },
    );
  });
}

test("clusters of zeros inside data take no room in a file, and do in a stream", async () => {
  const disk = new TestDisk(4 * 65_536, [
    { offset: 0, length: 65_536, content: "noise" },
    { offset: 65_536, length: 3 * 65_536, content: "zeros" },
  ]);
  const dataClusters = async (plan: PlannedFile): Promise<number> => (await collectFile(plan)).length / 65_536 - 5;
  assert.equal(await dataClusters(await planAllocatingQcow2(disk)), 1);
  assert.equal(await dataClusters(await planSequentialQcow2(disk)), 4);
});

test("the same plan makes the same file again", async () => {
  const disk = new TestDisk(1_000_448, [{ offset: 512, length: 700_416, content: "text" }]);
  const plan = await planCompressedQcow2(disk, { codec: "zlib", pool });
  assert.ok((await collectFile(plan)).equals(await collectFile(plan)));
});

test("progress ends at the guest bytes of the clusters that hold data, not beyond the end of the disk", async () => {
  const disk = new TestDisk(65_536 + 512, [{ offset: 65_024, length: 1024, content: "noise" }]);
  for (const plan of Object.values(planners)) {
    const reports: unknown[] = [];
    await collectFile(await plan(disk, {}), { onProgress: (progress) => reports.push(progress) });
    assert.deepEqual(reports, [{ doneBytes: 66_048, totalBytes: 66_048 }]);
  }
});

test("a disk that grows data while it is written fails the plan instead of breaking the file", async () => {
  for (const plan of Object.values(planners)) {
    const disk = new TestDisk(1_048_576, [{ offset: 0, length: 65_536, content: "noise" }]);
    const planned = await plan(disk, {});
    const changed = new TestDisk(1_048_576, [{ offset: 0, length: 131_072, content: "noise" }]);
    disk.extents = () => changed.extents();
    disk.read = (offset, length) => changed.read(offset, length);
    await assert.rejects(collectFile(planned), { code: "disk.io", message: /source changed/ });
  }
});

test("an aborted plan stops with the signal's reason, and no read is left under way", async () => {
  for (const plan of Object.values(planners)) {
    const disk = new TestDisk(64 * 1_048_576, [{ offset: 0, length: 64 * 1_048_576, content: "text" }]);
    const abort = new AbortController();
    const planned = await plan(disk, {});
    const iterate = collectFile(planned, { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) });
    await assert.rejects(iterate, /enough/);
    assert.equal(disk.readsUnderWay, 0);
  }
});

test("sizes that readers would refuse are refused while planning", async () => {
  const huge = new TestDisk(2 ** 40, []);
  await assert.rejects(planAllocatingQcow2(huge, { clusterBits: 9 }), { code: "disk.limit" });
  await assert.rejects(planSequentialQcow2(huge, { clusterBits: 22 }), { code: "disk.unsupported" });
  await assert.rejects(planCompressedQcow2(huge, { codec: "zstd", compat: "0.10" }), { code: "disk.unsupported" });
});

test("version 2 is written on request", async () => {
  const disk = new TestDisk(512, [{ offset: 0, length: 512, content: "text" }]);
  const file = await collectFile(await planAllocatingQcow2(disk, { compat: "0.10" }));
  await using written = await openQcow2(new MemorySource(file));
  assert.equal(file.readUInt32BE(4), 2);
  assert.deepEqual(await written.read(0, 512), await disk.read(0, 512));
});
