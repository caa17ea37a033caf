import assert from "node:assert/strict";
import { test } from "node:test";
import { collectFile } from "../core/testing/collect-file.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { testWrittenFormat } from "../mapped/testing/written-format-suite.ts";
import { openQed } from "./open-qed.ts";
import { planQed } from "./plan-qed.ts";
import { MemorySource } from "../source/memory-source.ts";

testWrittenFormat({ format: "qed", requirement: "R-249", plan: planQed, open: openQed });

const CLUSTER = 65_536;
const TABLE_SPAN = 32_768 * CLUSTER;

test("every cluster of a written file is used once, so that it passes even as one that was not closed", async () => {
  const disk = new TestDisk(3 * TABLE_SPAN, [
    { offset: TABLE_SPAN - 2 * CLUSTER, length: 4 * CLUSTER, content: "noise" },
    { offset: 2 * TABLE_SPAN, length: CLUSTER + 512, content: "text" },
  ]);
  for (const target of ["file", "stream"] as const) {
    const file = await collectFile(await planQed(disk, { target }));
    file.writeUInt8(2, 16);
    await using written = await openQed(new MemorySource(file));
    assert.equal(written.details["needsCheck"], true);
    // Header, L1, three tables, six clusters: nothing in between.
    assert.equal(file.length, CLUSTER * (1 + 4 + 3 * 4 + 6));
  }
});

test("a disk whose data moves to more tables while it is streamed fails the plan instead of breaking the file", async () => {
  const disk = new TestDisk(3 * TABLE_SPAN, [{ offset: 0, length: 2 * CLUSTER, content: "noise" }]);
  const planned = await planQed(disk, { target: "stream" });
  const moved = new TestDisk(3 * TABLE_SPAN, [{ offset: TABLE_SPAN - CLUSTER, length: 2 * CLUSTER, content: "noise" }]);
  disk.extents = () => moved.extents();
  await assert.rejects(collectFile(planned), { code: "disk.io", message: /source changed/ });
});

test("a disk over 64 TiB is refused while planning", async () => {
  await assert.rejects(planQed(new TestDisk(2 ** 46 + 512, []), { target: "stream" }), { code: "disk.limit", remedy: /qcow2/ });
});
