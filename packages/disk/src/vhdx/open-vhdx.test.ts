import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { listExtents } from "../core/testing/list-extents.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { assertReadsAs } from "../mapped/testing/assert-reads-as.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVhdx } from "./open-vhdx.ts";
import type { OpenVhdxOptions } from "./open-vhdx.ts";
import { buildVhdx, contentOfVhdx, DATA_GUID } from "./testing/build-vhdx.ts";
import type { VhdxBlock, VhdxRecipe } from "./testing/build-vhdx.ts";

const BLOCK = 1024 * 1024;
const TIB = 1024 ** 4;

const patterned = (seed: number): Buffer => Buffer.from(Uint32Array.from({ length: BLOCK / 4 }, (_, at) => (at >> 7) + seed).buffer);
const openBuilt = (recipe: VhdxRecipe, options?: OpenVhdxOptions): Promise<VirtualDisk> =>
  openVhdx(new MemorySource(buildVhdx(recipe).file), options);

const storings: readonly ((sector: number) => boolean)[] = [
  () => true,
  () => false,
  (sector) => sector % 2 === 1,
  (sector) => (sector >> 3) % 3 === 0,
  (sector) => sector % 37 < 20,
];

interface LayerShape {
  readonly sizeBytes: number;
  readonly sectorBytes: number;
  readonly blocks: readonly (readonly [number, { state: 1 | 2 | 3 | 5 | 6 | 7; seed: number; storing: number }])[];
}

/** Layers of up to five blocks in any physical order. Without a parent no block is stored in part. */
function recipeOf({ sizeBytes, sectorBytes, blocks }: LayerShape, isChild: boolean): VhdxRecipe {
  const content = blocks
    .filter(([number]) => number * BLOCK < sizeBytes)
    .map(([number, { state, seed, storing }]): [number, VhdxBlock] => {
      if (state < 6) {
        // 6 and 7 are the only states that store bytes.
        return [number, { state: state as 1 | 2 | 3 | 5 }];
      }
      const isStored = storings[storing] ?? (() => true);
      return [number, state === 7 && isChild ? { state: 7, bytes: patterned(seed), isStored } : { state: 6, bytes: patterned(seed) }];
    });
  return { sizeBytes, sectorBytes, blocks: new Map(content) };
}

const layersOf = (sectorBytes: number): fc.Arbitrary<LayerShape> =>
  fc.record({
    sizeBytes: fc.integer({ min: 1, max: (5 * BLOCK) / sectorBytes }).map((sectors) => sectors * sectorBytes),
    sectorBytes: fc.constant(sectorBytes),
    blocks: fc.uniqueArray(
      fc.tuple(
        fc.nat(4),
        fc.record({
          state: fc.constantFrom<1 | 2 | 3 | 5 | 6 | 7>(1, 2, 3, 5, 6, 7, 7),
          seed: fc.integer({ min: 1, max: 99 }),
          storing: fc.nat(4),
        }),
      ),
      { maxLength: 3, selector: ([number]) => number },
    ),
  });

const someRanges = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 });

for (const sectorBytes of [512, 4096]) {
  test(`R-245: any range of any dynamic disk with sectors of ${sectorBytes} bytes reads as the model says`, async () => {
    await fc.assert(
      fc.asyncProperty(layersOf(sectorBytes), someRanges, async (layer, ranges) => {
        const recipe = recipeOf(layer, false);
        await using disk = await openBuilt(recipe);
        assert.equal(disk.sectorSizeBytes, sectorBytes);
        await assertReadsAs(disk, contentOfVhdx(recipe), ranges);
      }),
      { numRuns: 15 },
    );
  });

  test(`R-245: any range of any differencing disk with sectors of ${sectorBytes} bytes reads as the model says`, async () => {
    await fc.assert(
      fc.asyncProperty(layersOf(sectorBytes), layersOf(sectorBytes), someRanges, async (bottom, top, ranges) => {
        const [lower, upper] = [recipeOf(bottom, false), { ...recipeOf(top, true), parentLinkage: DATA_GUID }];
        await using disk = await openBuilt(upper, { parent: await openBuilt(lower) });
        await assertReadsAs(disk, contentOfVhdx(upper, contentOfVhdx(lower)), ranges);
      }),
      { numRuns: 15 },
    );
  });
}

test("R-245: a fixed disk says so, and tells its ids and sector sizes", async () => {
  const blocks = new Map<number, VhdxBlock>([[0, { state: 6, bytes: patterned(3) }]]);
  await using disk = await openBuilt({ sizeBytes: BLOCK, isFixed: true, blocks, sectorBytes: 4096 });
  assert.deepEqual(disk.details, {
    type: "fixed",
    blockSizeBytes: BLOCK,
    logicalSectorBytes: 4096,
    physicalSectorBytes: 4096,
    uniqueId: "83838383-8383-8383-8383-838383838383",
    dataWriteGuid: DATA_GUID,
    replayedLogEntries: 0,
  });
  assert.deepEqual(disk.warnings, []);
});

test("a block behind the first entry of sector bitmaps is found", async () => {
  // With blocks of 1 MiB, 4096 blocks are followed by one entry of bitmaps.
  const recipe = { sizeBytes: 4098 * BLOCK, blocks: new Map<number, VhdxBlock>([[4097, { state: 6, bytes: patterned(8) }]]) };
  await using disk = await openBuilt(recipe);
  assert.ok(patterned(8).equals(await disk.read(4097 * BLOCK, BLOCK)));
  assert.deepEqual(await listExtents(disk), [
    { offset: 0, length: 4097 * BLOCK, kind: "hole" },
    { offset: 4097 * BLOCK, length: BLOCK, kind: "data" },
  ]);
});

test("an empty disk of 16 TiB opens and is listed at once", async () => {
  await using disk = await openBuilt({ sizeBytes: 16 * TIB, blockBytes: 256 * BLOCK });
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: 16 * TIB, kind: "hole" }]);
  assert.equal((await disk.read(16 * TIB - 512, 512)).length, 512);
});

test("the header with the higher number counts, and one damaged header or region table is no matter", async () => {
  const older = buildVhdx({ sizeBytes: BLOCK, sequences: [8, 7] });
  older.file[128 * 1024 + 40] = 1;
  await using disk = await openVhdx(new MemorySource(older.file));
  assert.equal(disk.details["dataWriteGuid"], DATA_GUID);
  for (const at of [64 * 1024 + 40, 128 * 1024 + 40, 192 * 1024 + 20, 256 * 1024 + 20]) {
    const { file } = buildVhdx({ sizeBytes: BLOCK });
    file[at] = 0xee;
    await using other = await openVhdx(new MemorySource(file));
    assert.equal(other.details["dataWriteGuid"], DATA_GUID);
  }
});

test("two equal headers with one number, as disk2vhd leaves them, are read", async () => {
  await using disk = await openBuilt({ sizeBytes: BLOCK, sequences: [1, 1] });
  assert.equal(disk.virtualSizeBytes, BLOCK);
});

test("unknown regions and metadata that are not required are left alone", async () => {
  const guid = "99999999-0000-4000-8000-000000000009";
  const { file } = buildVhdx({ sizeBytes: BLOCK, extraItem: { guid, isRequired: false }, extraRegion: { guid, isRequired: false } });
  await using disk = await openVhdx(new MemorySource(Buffer.concat([file, Buffer.alloc(BLOCK)])));
  assert.equal(disk.virtualSizeBytes, BLOCK);
});

test("R-245: a differencing disk names its parent by base name, and is refused without it or over another one", async () => {
  const keys = { relative_path: "..\\secret project\\base.vhdx", absolute_win32_path: "C:\\Users\\ann\\base.vhdx" };
  const child = { sizeBytes: BLOCK, parentLinkage: DATA_GUID, parentKeys: keys };
  await assert.rejects(openBuilt(child), { code: "disk.unsafe", message: /parent "base\.vhdx" \(data_write_guid 20000000-/ });
  const written = await openBuilt({ sizeBytes: BLOCK, dataWriteGuid: "20000000-0000-4000-8000-00000000000f" });
  await assert.rejects(openBuilt(child, { parent: written }), { code: "disk.unsafe", message: /the VHDX 20000000-.*f was given/ });
  await assert.rejects(openBuilt(child, { parent: new TestDisk(BLOCK, []) }), { code: "disk.unsafe", message: /a raw disk was given/ });
  const coarse = await openBuilt({ sizeBytes: BLOCK, sectorBytes: 4096 });
  await assert.rejects(openBuilt(child, { parent: coarse }), {
    code: "disk.corrupt",
    message: /sectors of 512 bytes, and its parent of 4096/,
  });
  await assert.rejects(openBuilt({ sizeBytes: BLOCK }, { parent: new TestDisk(BLOCK, []) }), {
    code: "disk.unsafe",
    message: /stands on its own/,
  });
  const other = { ...child, parentLinkage: "00000000-0000-0000-0000-000000000000", parentKeys: { parent_linkage2: `{${DATA_GUID}}` } };
  await using disk = await openBuilt(other, { parent: await openBuilt({ sizeBytes: BLOCK }) });
  assert.equal(disk.details["parentDataWriteGuid"], DATA_GUID);
});
