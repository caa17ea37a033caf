import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { TestDisk } from "../core/testing/test-disk.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openZvhd2 } from "./open-zvhd2.ts";
import { plainZvhd2Bytes, plainZvhd2Source } from "./plain-zvhd2-source.ts";

const MIB = 1024 * 1024;
const disk = (): TestDisk =>
  new TestDisk(9 * MIB + 512, [
    { offset: 512, length: 1024, content: "text" },
    { offset: 3 * MIB + 512, length: 2 * MIB, content: "noise" },
    { offset: 9 * MIB, length: 512, content: "noise" },
  ]);

test("the file reads back as the disk, and leaves out blocks without data", async () => {
  await using file = await plainZvhd2Source(disk());
  const bytes = await file.read(0, file.lengthBytes);
  assert.ok(file.lengthBytes < 11 * MIB);
  assert.equal(await plainZvhd2Bytes(disk()), file.lengthBytes);
  await using back = await openZvhd2(new MemorySource(bytes));
  assert.equal(back.virtualSizeBytes, 9 * MIB + 512);
  assert.ok(Buffer.from(await back.read(0, back.virtualSizeBytes)).equals(await disk().read(0, back.virtualSizeBytes)));
});

test("any range is that part of the whole, and every reader gets the same file", async () => {
  await using file = await plainZvhd2Source(disk());
  const whole = Buffer.from(await file.read(0, file.lengthBytes));
  await using again = await plainZvhd2Source(disk());
  const place = fc.integer({ min: 0, max: whole.length });
  await fc.assert(
    fc.asyncProperty(fc.tuple(place, place), async (places) => {
      const [start, end] = [Math.min(...places), Math.max(...places)];
      assert.ok(whole.subarray(start, end).equals(await again.read(start, end - start)));
    }),
    { numRuns: 40 },
  );
  await assert.rejects(file.read(whole.length, 1), RangeError);
});

test("an empty disk is a file without records", async () => {
  await using file = await plainZvhd2Source(new TestDisk(4 * MIB, []));
  await using back = await openZvhd2(new MemorySource(await file.read(0, file.lengthBytes)));
  assert.equal(back.virtualSizeBytes, 4 * MIB);
  assert.ok((await back.read(0, 4 * MIB)).every((byte) => byte === 0));
});
