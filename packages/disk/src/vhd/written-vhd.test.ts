import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compareDisks } from "../compare/compare-disks.ts";
import { collectFile } from "../core/testing/collect-file.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { detectFormat } from "../detect/detect-format.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVhd } from "./open-vhd.ts";
import { planVhd } from "./plan-vhd.ts";
import type { PlanVhdOptions } from "./plan-vhd.ts";
import { blockTestDisks, largeTestDisk, shapedTestDisks } from "../mapped/testing/block-test-disks.ts";

const MIB = 1024 * 1024;

const writings: Readonly<Record<string, PlanVhdOptions>> = {
  "dynamic VHD for a stream": { target: "stream" },
  "dynamic VHD for a file": { target: "file" },
  "fixed VHD": { target: "file", subformat: "fixed" },
};

for (const [name, options] of Object.entries(writings)) {
  test(`R-244: a ${name} reads back as the disk it was made from, with its exact size`, async () => {
    await fc.assert(
      fc.asyncProperty(blockTestDisks, async (disk) => {
        const file = await collectFile(await planVhd(disk, options));
        await using written = await openVhd(new MemorySource(file));
        assert.equal(written.virtualSizeBytes, disk.virtualSizeBytes);
        assert.deepEqual(await compareDisks(disk, written), { equal: true, sizeDifferenceBytes: 0 });
      }),
      { numRuns: 15 },
    );
  });
}

/** Shapes whose dynamic file is small enough for memory; a fixed file is as long as the disk. */
for (const [name, disk] of Object.entries(shapedTestDisks)) {
  test(`a disk ${name} becomes a dynamic VHD that is detected and reads back, for a stream and for a file`, async () => {
    for (const target of ["stream", "file"] as const) {
      const file = await collectFile(await planVhd(disk, { target }));
      assert.equal((await detectFormat(new MemorySource(file))).format, "vhd");
      await using written = await openVhd(new MemorySource(file));
      assert.deepEqual(await compareDisks(disk, written), { equal: true, sizeDifferenceBytes: 0 });
    }
  });
}

test("R-071: a disk of 2 GiB stays a disk of 2 GiB: nothing is rounded to cylinders, and readers go by the exact size", async () => {
  const file = await collectFile(await planVhd(new TestDisk(2048 * MIB, []), { target: "stream" }));
  assert.equal(file.readBigUInt64BE(40), BigInt(2048 * MIB));
  assert.equal(file.readBigUInt64BE(48), BigInt(2048 * MIB));
  // Programs that know the creator take current_size; that of others they take from the geometry.
  assert.equal(file.toString("latin1", 28, 32), "win ");
  await using written = await openVhd(new MemorySource(file));
  assert.equal(written.virtualSizeBytes, 2048 * MIB);
});

test("blocks of zeros take no room in a file, and do in a stream", async () => {
  const disk = new TestDisk(8 * MIB, [
    { offset: 0, length: MIB, content: "noise" },
    { offset: MIB, length: 7 * MIB, content: "zeros" },
  ]);
  const blocks = async (target: "file" | "stream"): Promise<number> =>
    Math.floor((await collectFile(await planVhd(disk, { target }))).length / (2 * MIB));
  assert.deepEqual([await blocks("file"), await blocks("stream")], [1, 4]);
});

test("blocks stand in the file in the order of the table, their data at whole pages, and the table has no entry too many", async () => {
  const disk = shapedTestDisks["full"] ?? new TestDisk(512, []);
  const file = await collectFile(await planVhd(disk, { target: "stream" }));
  assert.equal(file.readUInt32BE(512 + 28), 3);
  const places = [0, 1, 2].map((block) => file.readUInt32BE(1536 + block * 4) * 512 + 512);
  assert.deepEqual(
    places,
    places.toSorted((one, other) => one - other),
  );
  assert.ok(places.every((place) => place % 4096 === 0));
  assert.deepEqual(file.subarray(0, 512), file.subarray(-512));
});

test("for Azure the disk grows to whole MiB with zeros, fixed or dynamic", async () => {
  const disk = new TestDisk(3 * MIB + 512, [{ offset: 3 * MIB, length: 512, content: "noise" }]);
  for (const subformat of ["fixed", "dynamic"] as const) {
    const plan = await planVhd(disk, { target: "stream", subformat, azure: true });
    await using written = await openVhd(new MemorySource(await collectFile(plan)));
    assert.equal(written.virtualSizeBytes, 4 * MIB);
    assert.deepEqual(await written.read(3 * MIB, 512), await disk.read(3 * MIB, 512));
    assert.ok((await written.read(3 * MIB + 512, MIB - 512)).every((byte) => byte === 0));
  }
  assert.equal((await planVhd(disk, { target: "stream", subformat: "fixed", azure: true })).totalBytes, 4 * MIB + 512);
});

test("the same plan makes the same file again, and id and time are those asked for", async () => {
  const disk = new TestDisk(MIB, [{ offset: 512, length: 70_144, content: "text" }]);
  const plan = await planVhd(disk, { target: "file" });
  assert.ok((await collectFile(plan)).equals(await collectFile(plan)));
  const uniqueId = "0f0e0d0c-0b0a-0908-0706-050403020100";
  const file = await collectFile(await planVhd(disk, { target: "file", uniqueId, timestamp: 86_400 }));
  assert.equal(file.readUInt32BE(24), 86_400);
  await using written = await openVhd(new MemorySource(file));
  assert.equal(written.details["uniqueId"], uniqueId);
  await assert.rejects(planVhd(disk, { target: "file", uniqueId: "none" }), RangeError);
});

test("a disk over 2040 GiB is refused while planning", async () => {
  await assert.rejects(planVhd(largeTestDisk, { target: "stream" }), { code: "disk.limit", remedy: /VHDX/ });
});

test("progress ends at the guest bytes that were read, not beyond the end of the disk", async () => {
  const disk = new TestDisk(65_536 + 512, [{ offset: 65_024, length: 1024, content: "noise" }]);
  for (const target of ["file", "stream"] as const) {
    const reports: unknown[] = [];
    await collectFile(await planVhd(disk, { target }), { onProgress: (progress) => reports.push(progress) });
    assert.deepEqual(reports, [{ doneBytes: 66_048, totalBytes: 66_048 }]);
  }
});

test("a disk that grows data after a stream was planned fails the plan instead of breaking the file", async () => {
  const disk = new TestDisk(8 * MIB, [{ offset: 0, length: 65_536, content: "noise" }]);
  const plan = await planVhd(disk, { target: "stream" });
  const changed = new TestDisk(8 * MIB, [{ offset: 0, length: 5 * MIB, content: "noise" }]);
  disk.extents = () => changed.extents();
  disk.read = (offset, length) => changed.read(offset, length);
  await assert.rejects(collectFile(plan), { code: "disk.io", message: /source changed/ });
});

test("an aborted plan stops with the signal's reason, and no read is left under way", async () => {
  for (const options of Object.values(writings)) {
    const disk = new TestDisk(64 * MIB, [{ offset: 0, length: 64 * MIB, content: "text" }]);
    const abort = new AbortController();
    const iterate = collectFile(await planVhd(disk, options), { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) });
    await assert.rejects(iterate, /enough/);
    assert.equal(disk.readsUnderWay, 0);
  }
});
