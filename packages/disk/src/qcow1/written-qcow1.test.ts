import assert from "node:assert/strict";
import { test } from "node:test";
import { compareDisks } from "../compare/compare-disks.ts";
import { collectFile } from "../core/testing/collect-file.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { testWrittenFormat } from "../mapped/testing/written-format-suite.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openQcow1 } from "./open-qcow1.ts";
import { planQcow1 } from "./plan-qcow1.ts";

testWrittenFormat({ format: "qcow", requirement: "R-247", plan: planQcow1, open: openQcow1 });

test("every cluster size writes a file that reads back", async () => {
  const disk = new TestDisk(3_000_320, [{ offset: 40_960, length: 1_500_160, content: "noise" }]);
  for (const clusterBits of [9, 10, 11, 12, 13, 14, 15, 16]) {
    for (const target of ["file", "stream"] as const) {
      await using written = await openQcow1(new MemorySource(await collectFile(await planQcow1(disk, { clusterBits, target }))));
      assert.equal(written.details["clusterSizeBytes"], 2 ** clusterBits);
      assert.deepEqual(await compareDisks(disk, written), { equal: true, sizeDifferenceBytes: 0 });
    }
  }
});

test("clusters are of 4 KiB up to 1 TiB, and larger behind that, so that the L1 table stays small", async () => {
  for (const [sizeBytes, clusterBits] of [
    [2 ** 40, 12],
    [2 ** 40 + 512, 13],
    [2 ** 46, 15],
  ] as const) {
    const file = await collectFile(await planQcow1(new TestDisk(sizeBytes, []), { target: "file" }));
    assert.equal(file.readUInt8(32), clusterBits);
    assert.ok(file.length <= 48 + 4 * 1024 * 1024, `${file.length} bytes`);
  }
});

test("cluster sizes that there are not, and L1 tables that readers would refuse, are refused while planning", async () => {
  const huge = new TestDisk(2 ** 46, []);
  await assert.rejects(planQcow1(huge, { target: "file", clusterBits: 8 }), { code: "disk.unsupported", remedy: /9 to 16/ });
  await assert.rejects(planQcow1(huge, { target: "file", clusterBits: 17 }), { code: "disk.unsupported" });
  await assert.rejects(planQcow1(huge, { target: "file", clusterBits: 12 }), { code: "disk.limit", remedy: /larger clusters/ });
});
