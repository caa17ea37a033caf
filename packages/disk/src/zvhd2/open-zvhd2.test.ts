import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { listExtents } from "../core/testing/list-extents.ts";
import { detectFormat } from "../detect/detect-format.ts";
import { MemorySource } from "../source/memory-source.ts";
import { contentOf } from "../zvhd/testing/build-zvhd.ts";
import { MIXED_SHA256, noVectors, readVector } from "../zvhd/testing/vectors.ts";
import { describeVirtualDisk } from "../core/virtual-disk.contract.ts";
import { openZvhd2 } from "./open-zvhd2.ts";
import { buildZvhd2 } from "./testing/build-zvhd2.ts";
import type { Zvhd2Recipe } from "./testing/build-zvhd2.ts";
import { FullDiskSource } from "./testing/full-disk-source.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const BLOCK_BYTES = 2 * MIB;

test("R-241: reading 4 KiB at the end of a full disk of 100 GiB touches less than 5 MiB of the file", async () => {
  const source = new FullDiskSource((100 * GIB) / BLOCK_BYTES);
  assert.ok(source.lengthBytes > 100 * GIB);
  assert.equal((await detectFormat(source)).format, "zvhd2");
  await using disk = await openZvhd2(source);
  const bytes = await disk.read(100 * GIB - 4096, 4096);
  assert.ok(source.content.subarray(-4096).equals(bytes));
  assert.ok(source.readBytes < 5 * MIB, `${source.readBytes} bytes`);
});

test("R-241: a disk opens with three reads, and each block is one more", async () => {
  const source = new FullDiskSource(1000);
  await using disk = await openZvhd2(source);
  assert.equal(source.reads, 3);
  await disk.read(700 * BLOCK_BYTES + 5, 100);
  await disk.read(700 * BLOCK_BYTES + 77_000, 100);
  assert.equal(source.reads, 4);
  await disk.read(3 * BLOCK_BYTES, 2 * BLOCK_BYTES);
  assert.equal(source.reads, 6);
});

test("R-241: of an index too long to be read at once, a read takes one segment", async () => {
  const source = new FullDiskSource(300_000);
  await using disk = await openZvhd2(source);
  await disk.read(299_999 * BLOCK_BYTES, 4096);
  await disk.read(5 * BLOCK_BYTES, 4096);
  assert.equal(source.reads, 3 + 2 * 2);
  assert.ok(source.readBytes < 5.2 * MIB + 80 * 1024, `${source.readBytes} bytes`);
});

test("R-241: a ZVHD2 file of the published driver reads as the disk it was made from", { skip: noVectors }, async () => {
  await using disk = await openZvhd2(new MemorySource(await readVector("mixed.zvhd2")));
  const content = await disk.read(0, disk.virtualSizeBytes);
  assert.equal(createHash("sha256").update(content).digest("hex"), MIXED_SHA256);
  const { sizeBytes, roundedSizeBytes, version, compression, storedBlocks, blockSizeBytes } = disk.details;
  assert.deepEqual(
    [sizeBytes, roundedSizeBytes, version, compression, storedBlocks, blockSizeBytes],
    [67_107_328, GIB, 1, "zstd", 7, BLOCK_BYTES],
  );
});

const recipes: fc.Arbitrary<Zvhd2Recipe> = fc
  .record({
    blockBytes: fc.constantFrom(MIB, 2 * MIB, 4 * MIB),
    method: fc.constantFrom("zlib" as const, "zstd" as const),
    framesPerBlock: fc.constantFrom(1, 2, 16, 256),
    blockCount: fc.integer({ min: 1, max: 6 }),
    lackingSectors: fc.nat({ max: 2047 }),
    stored: fc.array(fc.nat({ max: 5 }), { maxLength: 4 }),
  })
  .map(({ blockBytes, method, framesPerBlock, blockCount, lackingSectors, stored }) => {
    const sizeBytes = blockCount * blockBytes - lackingSectors * 512;
    const blocks = new Map(
      stored
        .filter((block) => block < blockCount)
        .map((block) => [block, Buffer.alloc(Math.min(blockBytes, sizeBytes - block * blockBytes), `block ${block} `)]),
    );
    return { sizeBytes, blocks, blockBytes, method, framesPerBlock };
  });

test("any range of any file reads as the model says, with either method, blocks of any size and any number of frames in them", async () => {
  await fc.assert(
    fc.asyncProperty(recipes, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 5 }), async (recipe, ranges) => {
      const content = contentOf(recipe, recipe.blockBytes);
      await using disk = await openZvhd2(new MemorySource(buildZvhd2(recipe).file));
      for (const [a, b] of [[0, content.length], ...ranges] as const) {
        const offset = a % (content.length + 1);
        const expected = content.subarray(offset, offset + (b % (content.length + 1)));
        assert.ok(expected.equals(await disk.read(offset, expected.length)), `${expected.length} bytes at ${offset}`);
      }
    }),
    { numRuns: 15 },
  );
});

test("blocks of 32 MiB are read", async () => {
  const recipe = { sizeBytes: 40 * MIB, blockBytes: 32 * MIB, blocks: new Map([[1, Buffer.alloc(8 * MIB, "large ")]]) };
  await using disk = await openZvhd2(new MemorySource(buildZvhd2(recipe).file));
  assert.ok(contentOf(recipe, 32 * MIB).equals(await disk.read(0, 40 * MIB)));
});

test("a bitmap of several segments finds the records behind them", { skip: noVectors }, async () => {
  await using disk = await openZvhd2(new MemorySource(await readVector("sparse-130GiB.zvhd2")));
  assert.equal(disk.virtualSizeBytes, 130 * GIB);
  const blocks = (await listExtents(disk)).flatMap(({ offset, length, kind }) =>
    kind === "data" ? Array.from({ length: length / BLOCK_BYTES }, (_, index) => offset / BLOCK_BYTES + index) : [],
  );
  assert.deepEqual(
    blocks,
    [1, 2, 513, 514, 32_257, 32_258, 32_769, 32_770, 33_281, 33_282, 35_840, 35_841, 35_842, 51_201, 51_202, 66_049, 66_050],
  );
  for (const block of blocks) {
    assert.ok((await disk.read(block * BLOCK_BYTES, BLOCK_BYTES)).some((byte) => byte !== 0));
  }
});

test("the map of a disk of 100 GiB takes no read, and is coalesced", async () => {
  const source = new FullDiskSource((100 * GIB) / BLOCK_BYTES);
  await using disk = await openZvhd2(source);
  const { reads } = source;
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: 100 * GIB, kind: "data" }]);
  assert.equal(source.reads, reads);
});

test("a read that is aborted stops with the signal's reason", async () => {
  await using disk = await openZvhd2(new FullDiskSource(100));
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(disk.read(0, BLOCK_BYTES, { signal }), /enough/);
});

for (const method of ["zlib", "zstd"] as const) {
  describeVirtualDisk(`a ZVHD2 image with ${method}`, async () => {
    const blocks = new Map([
      [0, Buffer.alloc(MIB, "first ")],
      [2, Buffer.alloc(MIB / 2, "third ")],
      [3, Buffer.alloc(1024, "last ")],
    ]);
    const recipe = { sizeBytes: 3 * MIB + 1024, blocks, blockBytes: MIB, method };
    return { disk: await openZvhd2(new MemorySource(buildZvhd2(recipe).file)), content: contentOf(recipe, MIB) };
  });
}
