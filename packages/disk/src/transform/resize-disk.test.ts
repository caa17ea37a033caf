import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { listExtents } from "../core/testing/list-extents.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { describeVirtualDisk } from "../core/virtual-disk.contract.ts";
import { resizeDisk } from "./resize-disk.ts";
import { kindsOf, kindsOfCells } from "./testing/kinds-of.ts";
import { cellLists, contentOf, ModelDisk } from "./testing/model-disk.ts";
import type { Cell } from "./testing/model-disk.ts";

const cells: readonly Cell[] = [1, "hole", 3, "zero", 0, "hole"];

describeVirtualDisk("a grown disk", async () => ({
  disk: await resizeDisk(new ModelDisk(cells), 20 * 512),
  content: Buffer.concat([contentOf(cells), Buffer.alloc(14 * 512)]),
}));

describeVirtualDisk("a shrunk disk", async () => ({
  disk: await resizeDisk(new ModelDisk(cells), 3 * 512),
  content: contentOf(cells.slice(0, 3)),
}));

test("any size gives the same content, padded with zeros or cut, or is refused because data would be lost", async () => {
  await fc.assert(
    fc.asyncProperty(cellLists({ minLength: 1, maxLength: 10 }), fc.integer({ min: 1, max: 20 }), async (all, sectors) => {
      const lost = contentOf(all.slice(sectors));
      const model = new ModelDisk(all);
      if (lost.some((byte) => byte !== 0)) {
        await assert.rejects(resizeDisk(model, sectors * 512), { code: "disk.unsupported" });
        assert.equal(model.timesClosed, 1);
        return;
      }
      const kept = [...all, ...Array.from({ length: 20 }, (): Cell => "zero")].slice(0, sectors);
      const disk = await resizeDisk(model, sectors * 512);
      assert.ok(contentOf(kept).equals(await disk.read(0, disk.virtualSizeBytes)));
      assert.deepEqual(await kindsOf(disk), kindsOfCells(kept));
    }),
  );
});

test("a refusal names the first byte and the end of the data that would be lost", async () => {
  const disk = new TestDisk(2 ** 40, [
    { offset: 512, length: 4096, content: "zeros" },
    { offset: 8192, length: 4096, content: "noise" },
    { offset: 2 ** 39, length: 1024, content: "text" },
  ]);
  await assert.rejects(resizeDisk(disk, 1024), {
    code: "disk.unsupported",
    message: `The disk cannot be cut to 1024 bytes: it has data from 8192 on, and its last data ends at ${2 ** 39 + 1024}.`,
    remedy: new RegExp(`at least ${2 ** 39 + 1024} bytes`),
  });
});

test("growing reads nothing, and the new end is known to be zeros", async () => {
  const disk = await resizeDisk(new TestDisk(1024, [{ offset: 0, length: 1024, content: "noise" }]), 2 ** 45);
  assert.deepEqual(await listExtents(disk), [
    { offset: 0, length: 1024, kind: "data" },
    { offset: 1024, length: 2 ** 45 - 1024, kind: "zero" },
  ]);
});

test("what is no size for a disk is refused", async () => {
  for (const size of [0, -512, 100, 0.5, Number.NaN, 2 ** 60]) {
    await assert.rejects(resizeDisk(new ModelDisk(cells), size), RangeError, `${size}`);
  }
});
