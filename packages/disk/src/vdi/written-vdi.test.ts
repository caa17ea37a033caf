import assert from "node:assert/strict";
import { test } from "node:test";
import { collectFile } from "../core/testing/collect-file.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { testWrittenFormat } from "../mapped/testing/written-format-suite.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVdi } from "./open-vdi.ts";
import { planVdi } from "./plan-vdi.ts";

testWrittenFormat({ format: "vdi", requirement: "R-248", plan: planVdi, open: openVdi });

const MIB = 1024 * 1024;

test("blocks begin at whole MiB, in the order of the disk, and the last one is whole", async () => {
  const disk = new TestDisk(4 * MIB + 512, [
    { offset: MIB, length: 512, content: "noise" },
    { offset: 4 * MIB, length: 512, content: "noise" },
  ]);
  for (const target of ["file", "stream"] as const) {
    const file = await collectFile(await planVdi(disk, { target }));
    assert.equal(file.readUInt32LE(344), MIB);
    assert.equal(file.readUInt32LE(388), 2);
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((block) => file.readUInt32LE(512 + block * 4)),
      [0xffff_ffff, 0, 0xffff_ffff, 0xffff_ffff, 1],
    );
    assert.equal(file.length, 3 * MIB);
  }
});

test("the id is the one asked for, and otherwise follows from the size", async () => {
  const uuid = "0f0e0d0c-0b0a-4908-8706-050403020100";
  const uuidOf = async (sizeBytes: number, options: { uuid?: string }): Promise<unknown> => {
    const plan = await planVdi(new TestDisk(sizeBytes, []), { ...options, target: "file" });
    await using written = await openVdi(new MemorySource(await collectFile(plan)));
    return written.details["uuid"];
  };
  assert.equal(await uuidOf(MIB, { uuid }), uuid);
  assert.equal(await uuidOf(MIB, {}), await uuidOf(MIB, {}));
  assert.notEqual(await uuidOf(MIB, {}), await uuidOf(2 * MIB, {}));
  await assert.rejects(planVdi(new TestDisk(MIB, []), { uuid: "none", target: "file" }), RangeError);
});

test("a disk over 64 TiB is refused while planning", async () => {
  await assert.rejects(planVdi(new TestDisk(2 ** 46 + 512, []), { target: "stream" }), { code: "disk.limit", remedy: /qcow2/ });
});
