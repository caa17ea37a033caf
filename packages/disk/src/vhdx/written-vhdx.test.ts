import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compareDisks } from "../compare/compare-disks.ts";
import { collectFile } from "../core/testing/collect-file.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { detectFormat } from "../detect/detect-format.ts";
import { MemorySource } from "../source/memory-source.ts";
import { blockTestDisks, largeTestDisk, shapedTestDisks } from "../mapped/testing/block-test-disks.ts";
import { openVhdx } from "./open-vhdx.ts";
import { planVhdx } from "./plan-vhdx.ts";
import type { PlanVhdxOptions } from "./plan-vhdx.ts";

const MIB = 1024 * 1024;

const writings: Readonly<Record<string, PlanVhdxOptions>> = {
  "dynamic VHDX for a stream": { target: "stream" },
  "dynamic VHDX for a file": { target: "file" },
  "dynamic VHDX of small blocks": { target: "file", blockSizeBytes: MIB },
  "dynamic VHDX of large blocks": { target: "file", blockSizeBytes: 32 * MIB },
  "fixed VHDX": { target: "stream", subformat: "fixed" },
};

for (const [name, options] of Object.entries(writings)) {
  test(`R-245: a ${name} reads back as the disk it was made from`, async () => {
    await fc.assert(
      fc.asyncProperty(blockTestDisks, async (disk) => {
        const file = await collectFile(await planVhdx(disk, options));
        assert.equal(file.length % MIB, 0);
        await using written = await openVhdx(new MemorySource(file));
        assert.deepEqual(await compareDisks(disk, written), { equal: true, sizeDifferenceBytes: 0 });
      }),
      { numRuns: 10 },
    );
  });
}

for (const [name, disk] of [...Object.entries(shapedTestDisks), ["of more than 2 TiB", largeTestDisk] as const]) {
  test(`a disk ${name} becomes a dynamic VHDX that is detected and reads back, for a stream and for a file`, async () => {
    for (const target of ["stream", "file"] as const) {
      const file = await collectFile(await planVhdx(disk, { target }));
      assert.equal((await detectFormat(new MemorySource(file))).format, "vhdx");
      await using written = await openVhdx(new MemorySource(file));
      assert.deepEqual(await compareDisks(disk, written), { equal: true, sizeDifferenceBytes: 0 });
    }
  });
}

test("the largest disk of the format is planned with a block table of 17 MiB, a larger one is refused", async () => {
  const plan = await planVhdx(new TestDisk(64 * 1024 ** 4, []), { target: "stream" });
  assert.equal(plan.totalBytes, 3 * MIB + 17 * MIB);
  await assert.rejects(planVhdx(new TestDisk(64 * 1024 ** 4 + 512, []), { target: "stream" }), { code: "disk.limit" });
});

test("R-245: a disk with sectors of 4 KiB keeps them", async () => {
  const disk = new TestDisk(3 * MIB, [{ offset: 4096, length: 8192, content: "text" }]);
  Object.defineProperty(disk, "sectorSizeBytes", { value: 4096 });
  await using written = await openVhdx(new MemorySource(await collectFile(await planVhdx(disk, { target: "file" }))));
  assert.equal(written.sectorSizeBytes, 4096);
  assert.deepEqual(await compareDisks(disk, written), { equal: true, sizeDifferenceBytes: 0 });
});

test("blocks of zeros take no room in a file, and do in a stream; a fixed disk has all blocks", async () => {
  const disk = new TestDisk(8 * MIB, [
    { offset: 0, length: MIB, content: "noise" },
    { offset: MIB, length: 3 * MIB, content: "zeros" },
  ]);
  const blocks = async (options: PlanVhdxOptions): Promise<number> =>
    ((await collectFile(await planVhdx(disk, options))).length - 4 * MIB) / (2 * MIB);
  assert.deepEqual(
    [await blocks({ target: "file" }), await blocks({ target: "stream" }), await blocks({ target: "file", subformat: "fixed" })],
    [1, 2, 4],
  );
});

test("the same plan makes the same file again, the ids follow from the one asked for, and differ from each other", async () => {
  const disk = new TestDisk(MIB, [{ offset: 512, length: 70_144, content: "text" }]);
  const plan = await planVhdx(disk, { target: "file" });
  assert.ok((await collectFile(plan)).equals(await collectFile(plan)));
  const uniqueId = "0f0e0d0c-0b0a-0908-0706-050403020100";
  await using written = await openVhdx(new MemorySource(await collectFile(await planVhdx(disk, { target: "file", uniqueId }))));
  assert.equal(written.details["uniqueId"], uniqueId);
  assert.notEqual(written.details["dataWriteGuid"], uniqueId);
  await assert.rejects(planVhdx(disk, { target: "file", uniqueId: "none" }), RangeError);
});

test("sizes of blocks that the format does not have are refused while planning", async () => {
  for (const blockSizeBytes of [0, 512 * 1024, 3 * MIB, 512 * MIB]) {
    await assert.rejects(planVhdx(new TestDisk(MIB, []), { target: "file", blockSizeBytes }), { code: "disk.unsupported" });
  }
});

test("progress ends at the guest bytes that were read", async () => {
  const disk = new TestDisk(65_536 + 512, [{ offset: 65_024, length: 1024, content: "noise" }]);
  for (const target of ["file", "stream"] as const) {
    const reports: unknown[] = [];
    await collectFile(await planVhdx(disk, { target }), { onProgress: (progress) => reports.push(progress) });
    assert.deepEqual(reports, [{ doneBytes: 66_048, totalBytes: 66_048 }]);
  }
});

test("a disk that grows data after a stream was planned fails the plan instead of breaking the file", async () => {
  const disk = new TestDisk(8 * MIB, [{ offset: 0, length: 65_536, content: "noise" }]);
  const plan = await planVhdx(disk, { target: "stream" });
  const changed = new TestDisk(8 * MIB, [{ offset: 0, length: 5 * MIB, content: "noise" }]);
  disk.extents = () => changed.extents();
  disk.read = (offset, length) => changed.read(offset, length);
  await assert.rejects(collectFile(plan), { code: "disk.io", message: /source changed/ });
});

test("an aborted plan stops with the signal's reason, and no read is left under way", async () => {
  for (const options of Object.values(writings)) {
    const disk = new TestDisk(64 * MIB, [{ offset: 0, length: 64 * MIB, content: "text" }]);
    const abort = new AbortController();
    const iterate = collectFile(await planVhdx(disk, options), {
      signal: abort.signal,
      onProgress: () => abort.abort(new Error("enough")),
    });
    await assert.rejects(iterate, /enough/);
    assert.equal(disk.readsUnderWay, 0);
  }
});
