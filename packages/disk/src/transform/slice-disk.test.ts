import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { describeVirtualDisk } from "../core/virtual-disk.contract.ts";
import { sliceDisk } from "./slice-disk.ts";
import { kindsOf, kindsOfCells } from "./testing/kinds-of.ts";
import { cellLists, contentOf, ModelDisk } from "./testing/model-disk.ts";
import type { Cell } from "./testing/model-disk.ts";

const cells: readonly Cell[] = [1, 2, "hole", 3, "zero", "zero", 0, 4, 5, "hole"];

describeVirtualDisk("a slice", async () => ({
  disk: sliceDisk(new ModelDisk(cells), { offset: 512, length: 8 * 512 }),
  content: contentOf(cells.slice(1, 9)),
}));

test("a slice has the content and the map of its part, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(cellLists({ minLength: 1, maxLength: 12 }), fc.nat(11), fc.nat(11), async (all, from, more) => {
      const first = from % all.length;
      const part = all.slice(first, first + 1 + more);
      const disk = sliceDisk(new ModelDisk(all), { offset: first * 512, length: part.length * 512 });
      assert.ok(contentOf(part).equals(await disk.read(0, disk.virtualSizeBytes)));
      assert.deepEqual(await kindsOf(disk), kindsOfCells(part));
    }),
  );
});

test("a part that leaves the disk, is empty or cuts a sector is refused", () => {
  const disk = new ModelDisk(cells);
  for (const [offset, length] of [
    [0, 11 * 512],
    [10 * 512, 512],
    [512, 0],
    [100, 512],
    [512, 100],
    [-512, 512],
  ] as const) {
    assert.throws(() => sliceDisk(disk, { offset, length }), RangeError, `${length} at ${offset}`);
  }
});

test("closing a slice closes the disk", async () => {
  const disk = new ModelDisk(cells);
  await sliceDisk(disk, { offset: 0, length: 512 })[Symbol.asyncDispose]();
  assert.equal(disk.timesClosed, 1);
});
