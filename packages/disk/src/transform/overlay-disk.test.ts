import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { listExtents } from "../core/testing/list-extents.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { describeVirtualDisk } from "../core/virtual-disk.contract.ts";
import { HoleList } from "./hole-list.ts";
import { overlayDisk } from "./overlay-disk.ts";
import { kindsOf, kindsOfCells } from "./testing/kinds-of.ts";
import { cellLists, contentOf, ModelDisk } from "./testing/model-disk.ts";
import type { Cell } from "./testing/model-disk.ts";

const layers = cellLists({ minLength: 1, maxLength: 10 });

/** What two layers of sectors are together. */
function overlaid(top: readonly Cell[], bottom: readonly Cell[]): Cell[] {
  return top.map((cell, index) => (cell === "hole" ? (bottom[index] ?? "zero") : cell));
}

describeVirtualDisk("an overlay", async () => {
  const [top, bottom]: [Cell[], Cell[]] = [
    [1, "hole", "hole", "zero", "hole", 0, "hole", "hole"],
    [7, 7, "hole", 7, "zero", 7],
  ];
  return { disk: await overlayDisk(new ModelDisk(top), new ModelDisk(bottom)), content: contentOf(overlaid(top, bottom)) };
});

test("holes of the top show the bottom; its data, its zeros and the end of a shorter bottom do not", async () => {
  await fc.assert(
    fc.asyncProperty(layers, layers, fc.nat(), fc.nat(), async (top, bottom, from, length) => {
      const expected = overlaid(top, bottom);
      const content = contentOf(expected);
      const disk = await overlayDisk(new ModelDisk(top), new ModelDisk(bottom));
      assert.equal(disk.virtualSizeBytes, top.length * 512);
      assert.deepEqual(await kindsOf(disk), kindsOfCells(expected));
      const start = from % content.length;
      const wanted = content.subarray(start, start + (length % content.length));
      assert.ok(wanted.equals(await disk.read(start, wanted.length)));
    }),
  );
});

test("a chain of three is the same disk from whichever side it is built", async () => {
  await fc.assert(
    fc.asyncProperty(layers, layers, layers, async (top, middle, base) => {
      const [a, b, c] = [top, middle, base].map((cells) => () => new ModelDisk(cells));
      assert.ok(a !== undefined && b !== undefined && c !== undefined);
      const left = await overlayDisk(await overlayDisk(a(), b()), c());
      const right = await overlayDisk(a(), await overlayDisk(b(), c()));
      assert.deepEqual(await left.read(0, left.virtualSizeBytes), await right.read(0, right.virtualSizeBytes));
      assert.deepEqual(await kindsOf(left), await kindsOf(right));
    }),
  );
});

test("what the top hides is not read, and closing closes both", async () => {
  const [top, bottom] = [new ModelDisk([1, "zero", 2]), new ModelDisk([3, 4, 5])];
  const disk = await overlayDisk(top, bottom);
  await disk.read(0, 3 * 512);
  assert.equal(bottom.bytesRead, 0);
  await disk[Symbol.asyncDispose]();
  assert.deepEqual([top.timesClosed, bottom.timesClosed], [1, 1]);
});

test("both are closed when the top's map cannot be read", async () => {
  const [top, bottom] = [new ModelDisk([1, "hole"]), new ModelDisk([3])];
  await assert.rejects(overlayDisk(top, bottom, { signal: AbortSignal.abort(new Error("stopped")) }), /stopped/);
  assert.deepEqual([top.timesClosed, bottom.timesClosed], [1, 1]);
});

test("a large sparse chain keeps its map small", async () => {
  const size = 2 ** 45;
  const top = new TestDisk(size, [{ offset: 2 ** 40, length: 4096, content: "noise" }]);
  const bottom = new TestDisk(2 ** 42, [{ offset: 2 ** 41, length: 512, content: "text" }]);
  const disk = await overlayDisk(top, bottom);
  assert.deepEqual(
    (await listExtents(disk)).filter(({ kind }) => kind !== "hole"),
    [
      { offset: 2 ** 40, length: 4096, kind: "data" },
      { offset: 2 ** 41, length: 512, kind: "data" },
      { offset: 2 ** 42, length: size - 2 ** 42, kind: "zero" },
    ],
  );
});

test("more holes than are remembered are refused", async () => {
  const comb = new ModelDisk([1, "hole", 1, "hole", "hole", 1, "hole"]);
  await assert.rejects(HoleList.of(comb, { maxHoles: 2 }), { code: "disk.limit", message: /more than 2 holes, at 3072/ });
  await HoleList.of(comb, { maxHoles: 3 });
});
