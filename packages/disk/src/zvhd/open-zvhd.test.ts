import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ByteSource } from "../core/byte-source.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { MemorySource } from "../source/memory-source.ts";
import { describeVirtualDisk } from "../core/virtual-disk.contract.ts";
import { openZvhd } from "./open-zvhd.ts";
import { BLOCK_BYTES, buildZvhd, contentOf } from "./testing/build-zvhd.ts";
import type { ZvhdRecipe } from "./testing/build-zvhd.ts";
import { MIXED_SHA256, noVectors, readVector } from "./testing/vectors.ts";

const GIB = 1024 ** 3;

test("R-240: a ZVHD file of the published driver reads as the disk it was made from", { skip: noVectors }, async () => {
  await using disk = await openZvhd(new MemorySource(await readVector("mixed.zvhd")));
  assert.equal(disk.virtualSizeBytes, 64 * 1024 * 1024 - 1536);
  const content = await disk.read(0, disk.virtualSizeBytes);
  assert.equal(createHash("sha256").update(content).digest("hex"), MIXED_SHA256);
  const stored = (await listExtents(disk)).filter(({ kind }) => kind === "data");
  assert.deepEqual(
    stored.map(({ offset, length }) => [offset / BLOCK_BYTES, length]),
    [
      [0, BLOCK_BYTES],
      [8, 3 * BLOCK_BYTES],
      [22, 2 * BLOCK_BYTES],
      [31, BLOCK_BYTES - 1536],
    ],
  );
  const { sizeBytes, roundedSizeBytes, creatorVersion, createdAt } = disk.details;
  assert.deepEqual([sizeBytes, roundedSizeBytes, creatorVersion, createdAt], [67_107_328, GIB, "1.4", "2026-11-22T02:56:34.000Z"]);
});

test("R-240: a ZVHD file of the published driver can be read back too, in pieces", { skip: noVectors }, async () => {
  const file = await readVector("mixed.zvhd");
  await using forward = await openZvhd(new MemorySource(file));
  await using back = await openZvhd(new MemorySource(file));
  const content = Buffer.from(await forward.read(0, forward.virtualSizeBytes));
  const pieceBytes = 700_001;
  for (let end = content.length; end > 0; end -= pieceBytes) {
    const start = Math.max(end - pieceBytes, 0);
    assert.ok(content.subarray(start, end).equals(await back.read(start, end - start)), `from ${start}`);
  }
});

test("an all-zero disk of the published driver has two blocks and no data", { skip: noVectors }, async () => {
  const file = await readVector("zero-1GiB.zvhd");
  await using disk = await openZvhd(new MemorySource(file));
  assert.equal(file.length, 8192);
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: GIB, kind: "zero" }]);
});

const recipes: fc.Arbitrary<ZvhdRecipe> = fc
  .record({
    blockCount: fc.integer({ min: 1, max: 8 }),
    lackingBytes: fc.nat({ max: BLOCK_BYTES - 1 }),
    stored: fc.array(fc.nat({ max: 7 }), { maxLength: 6 }),
    looksBack: fc.boolean(),
  })
  .map(({ blockCount, lackingBytes, stored, looksBack }) => {
    const blocks = new Map(stored.filter((block) => block < blockCount).map((block) => [block, blockContent(block)]));
    return { sizeBytes: blockCount * BLOCK_BYTES - lackingBytes, blocks, looksBack };
  });

/** Content whose beginning is like the end of the blocks before, so that a compressor looks back. */
function blockContent(block: number): Buffer {
  const content = Buffer.alloc(BLOCK_BYTES, `block ${block} `);
  const common = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * index) >> 4));
  content.set(common, 0);
  content.set(common, BLOCK_BYTES - common.length);
  return content;
}

test("any range of any file reads as the model says, whether its records look back or not", async () => {
  await fc.assert(
    fc.asyncProperty(recipes, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 5 }), async (recipe, ranges) => {
      const content = contentOf({
        ...recipe,
        blocks: new Map([...recipe.blocks].map(([block, bytes]) => [block, cut(recipe, block, bytes)])),
      });
      await using disk = await openZvhd(new MemorySource(buildZvhd(recipe).file));
      assert.equal(disk.virtualSizeBytes, content.length);
      for (const [a, b] of [...ranges, [0, content.length]] as const) {
        const offset = a % (content.length + 1);
        const expected = content.subarray(offset, offset + (b % (content.length + 1)));
        assert.ok(expected.equals(await disk.read(offset, expected.length)), `${expected.length} bytes at ${offset}`);
      }
    }),
    { numRuns: 12 },
  );
});

/** What is stored behind the disk's end is not the disk's, up to the end of its last sector. */
function cut({ sizeBytes }: ZvhdRecipe, block: number, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.ceil(sizeBytes / 512) * 512 - block * BLOCK_BYTES);
}

test("many reads asked for at once are all right, in a file whose records look back", async () => {
  const blocks = new Map(Array.from({ length: 12 }, (_, block) => [block, blockContent(block)]));
  const recipe = { sizeBytes: 12 * BLOCK_BYTES, blocks };
  const content = contentOf(recipe);
  await using disk = await openZvhd(new MemorySource(buildZvhd(recipe).file));
  const offsets = Array.from({ length: 40 }, (_, index) => (index * 7_654_321) % (content.length - 5000));
  const pieces = await Promise.all(offsets.map((offset) => disk.read(offset, 5000)));
  for (const [index, offset] of offsets.entries()) {
    assert.ok(content.subarray(offset, offset + 5000).equals(pieces[index] ?? Buffer.alloc(0)), `at ${offset}`);
  }
});

test("the map takes the heads of the records and nothing else of them", async () => {
  const noise = await new TestDisk(4 * BLOCK_BYTES, [{ offset: 0, length: 4 * BLOCK_BYTES, content: "noise" }]).read(0, 4 * BLOCK_BYTES);
  const blocks = new Map([0, 1, 2, 3].map((block) => [block * 3, noise.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)]));
  const { file } = buildZvhd({ sizeBytes: 20 * BLOCK_BYTES, blocks });
  let readBytes = 0;
  const memory = new MemorySource(file);
  const source: ByteSource = {
    lengthBytes: file.length,
    read: (offset, length) => {
      readBytes += length;
      return memory.read(offset, length);
    },
    async [Symbol.asyncDispose]() {},
  };
  await using disk = await openZvhd(source);
  assert.equal((await listExtents(disk)).length, 8);
  assert.ok(readBytes < 100_000, `${readBytes} of ${file.length} bytes`);
});

test("a read that is aborted stops with the signal's reason, and others go on", async () => {
  const blocks = new Map(Array.from({ length: 6 }, (_, block) => [block, blockContent(block)]));
  await using disk = await openZvhd(new MemorySource(buildZvhd({ sizeBytes: 6 * BLOCK_BYTES, blocks }).file));
  await disk.read(BLOCK_BYTES, 1);
  const abort = new AbortController();
  const aborted = disk.read(5 * BLOCK_BYTES, 1, { signal: abort.signal });
  const other = disk.read(4 * BLOCK_BYTES, 20);
  abort.abort(new Error("enough"));
  await assert.rejects(aborted, /enough/);
  assert.ok(
    blockContent(4)
      .subarray(0, 20)
      .equals(await other),
  );
});

test("reads that leave the disk are refused", async () => {
  await using disk = await openZvhd(new MemorySource(buildZvhd({ sizeBytes: 1000, blocks: new Map() }).file));
  assert.equal(disk.virtualSizeBytes, 1024);
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["disk.sizeRounded"],
  );
  await assert.rejects(disk.read(1024, 1), RangeError);
});

for (const looksBack of [true, false]) {
  describeVirtualDisk(`a ZVHD image whose records ${looksBack ? "look back" : "stand alone"}`, async () => {
    const blocks = new Map([
      [0, blockContent(0)],
      [2, blockContent(2).subarray(0, BLOCK_BYTES / 2)],
      [3, blockContent(3).subarray(0, 1024)],
    ]);
    const recipe = { sizeBytes: 3 * BLOCK_BYTES + 1024, blocks, looksBack };
    return { disk: await openZvhd(new MemorySource(buildZvhd(recipe).file)), content: contentOf(recipe) };
  });
}
