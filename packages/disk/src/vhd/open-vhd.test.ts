import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ByteSource } from "../core/byte-source.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { assertReadsAs } from "../mapped/testing/assert-reads-as.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVhd } from "./open-vhd.ts";
import type { OpenVhdOptions } from "./open-vhd.ts";
import { buildVhd, contentOfVhd } from "./testing/build-vhd.ts";
import type { VhdBlock, VhdRecipe } from "./testing/build-vhd.ts";

const BLOCK = 512 * 1024;
const SECTORS = BLOCK / 512;

const patterned = (seed: number): Buffer => Buffer.from(Array.from({ length: BLOCK }, (_, at) => (at >> 9) + seed));
const openBuilt = (recipe: VhdRecipe, options?: OpenVhdOptions): Promise<VirtualDisk> =>
  openVhd(new MemorySource(buildVhd(recipe).file), options);
const codes = (disk: VirtualDisk): readonly string[] => disk.warnings.map(({ code }) => code);

/** Tells whether it was closed. */
class WatchedSource extends MemorySource {
  closed = 0;

  override async [Symbol.asyncDispose](): Promise<void> {
    this.closed += 1;
  }
}

test("a fixed disk is its file without the footer", async () => {
  const content = patterned(3);
  await using disk = await openBuilt({ type: "fixed", sizeBytes: BLOCK, content });
  assert.equal(disk.virtualSizeBytes, BLOCK);
  assert.ok(content.equals(await disk.read(0, BLOCK)));
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: BLOCK, kind: "data" }]);
  assert.deepEqual(disk.warnings, []);
  assert.equal(disk.details["uniqueId"], "11111111-1111-1111-1111-111111111111");
});

test("the holes of a fixed disk are those of its file, and the footer is not part of it", async () => {
  const { file } = buildVhd({ type: "fixed", sizeBytes: BLOCK });
  const source: ByteSource = new MemorySource(file);
  source.extents = async function* () {
    yield { offset: 0, length: 4096, kind: "data" as const };
    yield { offset: 4096, length: BLOCK - 8192, kind: "hole" as const };
    yield { offset: BLOCK - 4096, length: 4096 + 512, kind: "data" as const };
  };
  await using disk = await openVhd(source);
  assert.deepEqual(await listExtents(disk), [
    { offset: 0, length: 4096, kind: "data" },
    { offset: 4096, length: BLOCK - 8192, kind: "hole" },
    { offset: BLOCK - 4096, length: 4096, kind: "data" },
  ]);
});

test("footers of 511 bytes, as old programs wrote them, are read", async () => {
  const content = patterned(9);
  await using fixed = await openBuilt({ type: "fixed", sizeBytes: BLOCK, content, hasShortFooter: true });
  assert.ok(content.equals(await fixed.read(0, BLOCK)));
  const blocks = new Map([[1, { bytes: content }]]);
  await using dynamic = await openBuilt({ type: "dynamic", sizeBytes: 2 * BLOCK, blocks, hasShortFooter: true });
  assert.ok(content.equals(await dynamic.read(BLOCK, BLOCK)));
  assert.deepEqual(codes(dynamic), []);
});

const blockArbitrary = fc.record({
  seed: fc.integer({ min: 1, max: 200 }),
  storing: fc.constantFrom("all", "none", "every other", "by eights", "odd runs"),
});

const storings: Readonly<Record<string, (sector: number) => boolean>> = {
  all: () => true,
  none: () => false,
  "every other": (sector) => sector % 2 === 1,
  "by eights": (sector) => (sector >> 3) % 3 === 0,
  "odd runs": (sector) => sector % 37 < 20,
};

/** Disks of up to six blocks, in any physical order. */
const layers = fc
  .record({
    sizeBytes: fc.integer({ min: 1, max: 6 * BLOCK }),
    blocks: fc.uniqueArray(fc.tuple(fc.nat(5), blockArbitrary), { maxLength: 4, selector: ([index]) => index }),
  })
  .map(({ sizeBytes, blocks }) => ({
    sizeBytes,
    blocks: new Map(
      blocks
        .filter(([index]) => index * BLOCK < sizeBytes)
        .map(([index, { seed, storing }]): [number, VhdBlock] => [
          index,
          { bytes: patterned(seed), isStored: storings[storing] ?? (() => true) },
        ]),
    ),
  }));

const someRanges = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 });

test("any range of any dynamic disk reads as the model says, and sectors without their bit are zeros", async () => {
  await fc.assert(
    fc.asyncProperty(layers, someRanges, async (layer, ranges) => {
      const recipe = { type: "dynamic", ...layer } as const;
      await using disk = await openBuilt(recipe);
      await assertReadsAs(disk, contentOfVhd(recipe), ranges);
    }),
    { numRuns: 40 },
  );
});

test("R-244: any range of any differencing disk reads as the model says, over parents of any size and kind", async () => {
  await fc.assert(
    fc.asyncProperty(layers, layers, layers, someRanges, async (bottom, middle, top, ranges) => {
      const recipes = [
        { type: "dynamic", ...bottom, uniqueIdByte: 1 },
        { type: "differencing", ...middle, uniqueIdByte: 2, parentIdByte: 1 },
        { type: "differencing", ...top, uniqueIdByte: 3, parentIdByte: 2 },
      ] as const;
      const contents = [contentOfVhd(recipes[0])];
      contents.push(contentOfVhd(recipes[1], contents[0]));
      contents.push(contentOfVhd(recipes[2], contents[1]));
      const middleDisk = await openBuilt(recipes[1], { parent: await openBuilt(recipes[0]) });
      await using disk = await openBuilt(recipes[2], { parent: middleDisk });
      await assertReadsAs(disk, contents[2] ?? Buffer.alloc(0), ranges);
    }),
    { numRuns: 40 },
  );
});

test("what lies between the header and the block table, as Windows writes it, is no matter", async () => {
  const blocks = new Map([[0, { bytes: patterned(5) }]]);
  await using disk = await openBuilt({ type: "dynamic", sizeBytes: BLOCK, blocks, gapBytes: 8192 });
  assert.ok(patterned(5).equals(await disk.read(0, BLOCK)));
});

test("a block of which every other sector is stored takes one read, not one for each sector", async () => {
  const blocks = new Map([[0, { bytes: patterned(5), isStored: (sector: number) => sector % 2 === 0 }]]);
  const source = new MemorySource(buildVhd({ type: "dynamic", sizeBytes: BLOCK, blocks }).file);
  await using disk = await openVhd(source);
  await disk.read(0, 512);
  let reads = 0;
  const { readInto } = source;
  source.readInto = (target, offset) => {
    reads += 1;
    return readInto.call(source, target, offset);
  };
  await disk.read(0, SECTORS * 512);
  assert.equal(reads, 1);
});

test("source and parent are closed with the disk, and also when opening fails", async () => {
  const parentSource = new WatchedSource(buildVhd({ type: "fixed", sizeBytes: BLOCK, uniqueIdByte: 7 }).file);
  const source = new WatchedSource(buildVhd({ type: "differencing", sizeBytes: BLOCK, parentIdByte: 7 }).file);
  const disk = await openVhd(source, { parent: await openVhd(parentSource) });
  assert.deepEqual([source.closed, parentSource.closed], [0, 0]);
  await disk[Symbol.asyncDispose]();
  assert.deepEqual([source.closed, parentSource.closed], [1, 1]);

  const wrongParent = new WatchedSource(buildVhd({ type: "fixed", sizeBytes: BLOCK, uniqueIdByte: 8 }).file);
  const orphan = new WatchedSource(buildVhd({ type: "differencing", sizeBytes: BLOCK, parentIdByte: 7 }).file);
  await assert.rejects(openVhd(orphan, { parent: await openVhd(wrongParent) }), { code: "disk.unsafe" });
  assert.deepEqual([orphan.closed, wrongParent.closed], [1, 1]);
});

test("an aborted read stops with the signal's reason", async () => {
  await using disk = await openBuilt({ type: "dynamic", sizeBytes: BLOCK });
  await assert.rejects(disk.read(0, 512, { signal: AbortSignal.abort(new Error("stopped")) }), /stopped/);
  await assert.rejects(listExtents(disk, { signal: AbortSignal.abort(new Error("stopped")) }), /stopped/);
});

test("a read that leaves the disk is refused", async () => {
  await using disk = await openBuilt({ type: "dynamic", sizeBytes: BLOCK });
  await assert.rejects(disk.read(BLOCK - 1, 2), RangeError);
});
