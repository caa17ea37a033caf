import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as fc from "fast-check";
import type { PlannedFile } from "../core/disk-writer.ts";
import { collectFile } from "../core/testing/collect-file.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { randomTestDisks } from "../core/testing/random-test-disks.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVmdk } from "./open-vmdk.ts";
import { planAllocatingVmdk } from "./plan-allocating-vmdk.ts";
import { planSequentialVmdk } from "./plan-sequential-vmdk.ts";
import { planStreamOptimizedVmdk } from "./plan-stream-optimized-vmdk.ts";
import type { VmdkWriteOptions } from "./write-descriptor.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

const pool = new CompressionPool({ threads: 1 });
after(() => pool[Symbol.asyncDispose]());

const planners: Readonly<Record<string, (disk: VirtualDisk, options?: VmdkWriteOptions) => Promise<PlannedFile>>> = {
  "sequential monolithicSparse": planSequentialVmdk,
  "allocating monolithicSparse": planAllocatingVmdk,
  streamOptimized: (disk, options) => planStreamOptimizedVmdk(disk, { ...options, pool }),
};

const disks = randomTestDisks({
  gap: fc.nat({ max: 400 }),
  sectors: fc.integer({ min: 1, max: 400 }),
  maxTailSectors: 300,
  maxRuns: 6,
});

for (const [name, plan] of Object.entries(planners)) {
  test(`R-243: a ${name} VMDK reads back as the disk it was made from`, async () => {
    await fc.assert(
      fc.asyncProperty(disks, async (disk) => {
        const file = await collectFile(await plan(disk));
        await using written = await openVmdk(new MemorySource(file));
        assert.equal(written.virtualSizeBytes, disk.virtualSizeBytes);
        const [expected, actual] = [await disk.read(0, disk.virtualSizeBytes), await written.read(0, disk.virtualSizeBytes)];
        assert.ok(Buffer.compare(expected, actual) === 0, "the content differs");
      }),
      { numRuns: 40 },
    );
  });

  test(`a ${name} VMDK of an odd, an empty, a full and a large sparse disk reads back`, async () => {
    for (const disk of [
      new TestDisk(512, [{ offset: 0, length: 512, content: "noise" }]),
      new TestDisk(3 * MIB + 512, []),
      new TestDisk(3 * MIB, [{ offset: 0, length: 3 * MIB, content: "noise" }]),
      new TestDisk(33 * GIB + 512, [
        { offset: 32 * MIB - 512, length: 1024, content: "text" },
        { offset: 33 * GIB, length: 512, content: "noise" },
      ]),
    ]) {
      await using written = await openVmdk(new MemorySource(await collectFile(await plan(disk))));
      assert.equal(written.virtualSizeBytes, disk.virtualSizeBytes);
      for (const { offset, length } of disk.runs) {
        assert.ok(Buffer.compare(await disk.read(offset, length), await written.read(offset, length)) === 0);
      }
      const dataBytes = (await listExtents(written)).reduce((sum, { kind, length }) => sum + (kind === "data" ? length : 0), 0);
      assert.ok(dataBytes <= disk.runs.reduce((sum, { length }) => sum + length + 128 * KIB, 0), "there is no more data than before");
    }
  });

  test(`a ${name} VMDK is made the same again, and its progress ends at the bytes that there are`, async () => {
    const disk = new TestDisk(1_000_448, [{ offset: 512, length: 700_416, content: "text" }]);
    const planned = await plan(disk);
    const reports: unknown[] = [];
    const onProgress = (progress: unknown): void => void reports.push(progress);
    assert.ok((await collectFile(planned)).equals(await collectFile(planned, { onProgress })));
    assert.deepEqual(reports.at(-1), { doneBytes: 720_896, totalBytes: 720_896 });
  });

  test(`an aborted ${name} VMDK stops with the signal's reason, and no read is left under way`, async () => {
    const disk = new TestDisk(64 * MIB, [{ offset: 0, length: 64 * MIB, content: "text" }]);
    const abort = new AbortController();
    const planned = await plan(disk);
    const iterate = collectFile(planned, { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) });
    await assert.rejects(iterate, /enough/);
    assert.equal(disk.readsUnderWay, 0);
  });

  test(`a ${name} VMDK describes itself by the name and id that are given, and refuses those that a descriptor has no place for`, async () => {
    const disk = new TestDisk(MIB, []);
    const text = (await collectFile(await plan(disk, { fileName: "系统.vmdk", contentId: "ABCD0123" }))).toString("utf8", 512, 2048);
    assert.match(text, /SPARSE "系统\.vmdk"\n/);
    assert.match(text, /^CID=abcd0123$/m);
    assert.match(text, / 2048 SPARSE/);
    for (const options of [{ fileName: "a/b" }, { fileName: 'a"b' }, { fileName: "" }, { contentId: "ffffffff" }, { contentId: "1" }]) {
      await assert.rejects(plan(disk, options), { code: "disk.unsupported" }, JSON.stringify(options));
    }
  });
}

test("grains of zeros inside data take no room in a file or a compressed stream, and do in a plain stream", async () => {
  const disk = new TestDisk(4 * 65_536, [
    { offset: 0, length: 65_536, content: "noise" },
    { offset: 65_536, length: 3 * 65_536, content: "zeros" },
  ]);
  const dataBytes = async (name: string): Promise<number> => {
    const plan = planners[name] ?? assert.fail();
    await using written = await openVmdk(new MemorySource(await collectFile(await plan(disk))));
    return (await listExtents(written)).reduce((sum, { kind, length }) => sum + (kind === "data" ? length : 0), 0);
  };
  assert.equal(await dataBytes("allocating monolithicSparse"), 65_536);
  assert.equal(await dataBytes("streamOptimized"), 65_536);
  assert.equal(await dataBytes("sequential monolithicSparse"), 4 * 65_536);
});

test("a disk that grows data while it is written fails the plan instead of breaking the file", async () => {
  for (const plan of [planSequentialVmdk, planAllocatingVmdk]) {
    const disk = new TestDisk(MIB, [{ offset: 0, length: 65_536, content: "noise" }]);
    const planned = await plan(disk);
    const changed = new TestDisk(MIB, [{ offset: 0, length: 131_072, content: "noise" }]);
    disk.extents = () => changed.extents();
    disk.read = (offset, length) => changed.read(offset, length);
    await assert.rejects(collectFile(planned), { code: "disk.io", message: /source changed/ });
  }
});

test("more data than a VMDK can name is refused, and a larger disk with less data is not", async () => {
  const full = new TestDisk(2.1 * 1024 * GIB, [{ offset: 0, length: 2.1 * 1024 * GIB, content: "noise" }]);
  await assert.rejects(planSequentialVmdk(full), { code: "disk.limit", message: /2 TiB/ });
  const sparse = new TestDisk(3 * 1024 * GIB, [{ offset: 3 * 1024 * GIB - 512, length: 512, content: "noise" }]);
  const plan = await planStreamOptimizedVmdk(sparse, { pool });
  await using written = await openVmdk(new MemorySource(await collectFile(plan)));
  assert.deepEqual(await written.read(sparse.virtualSizeBytes - 512, 512), await sparse.read(sparse.virtualSizeBytes - 512, 512));
});
