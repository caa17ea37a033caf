import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { constants, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { isDiskError } from "../core/disk-error.ts";
import type { PlannedFile } from "../core/disk-writer.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openZvhd2 } from "./open-zvhd2.ts";
import { areZvhd2Blocks, planStoredZvhd2 } from "./plan-stored-zvhd2.ts";
import type { StoredBlock } from "./plan-stored-zvhd2.ts";

const MIB = 1024 * 1024;

/** At level 19 no frame is what a fast compressor would make of the same block. */
function stored(content: Buffer, offset: number, form: StoredBlock["form"]): StoredBlock {
  const bytes = form === "raw" ? content : zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
  return { offset, length: content.length, form, bytes };
}

async function* inOrder(blocks: readonly StoredBlock[]): AsyncGenerator<StoredBlock> {
  yield* blocks;
}

function plan(sizeBytes: number, blocks: readonly StoredBlock[], blockBytes = MIB): PlannedFile {
  const dataBytes = blocks.reduce((sum, { length }) => sum + length, 0);
  return planStoredZvhd2({ sizeBytes, blockBytes, dataBytes, blocks: () => inOrder(blocks) });
}

async function written(file: PlannedFile): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const piece of file.pieces()) {
    assert.equal(piece.offset, bytes.length);
    bytes = Buffer.concat([bytes, piece.bytes]);
  }
  return bytes;
}

const text = (name: string, length = MIB): Buffer => Buffer.alloc(length, `${name} is easy to compress. `);

test("frames become the payloads of records as they are, and the file reads back as the disk", async () => {
  const [one, noise, last] = [text("one"), randomBytes(MIB), text("last", MIB / 2)];
  const disk = Buffer.concat([one, Buffer.alloc(MIB), noise, last]);
  const blocks = [stored(one, 0, "zstd"), stored(noise, 2 * MIB, "raw"), stored(last, 3 * MIB, "zstd")];
  const file = await written(plan(disk.length, blocks));
  assert.ok(blocks[0] && file.includes(blocks[0].bytes), "nothing compressed the first block again");
  assert.ok(file.includes(noise.subarray(0, 128 * 1024)), "nothing compressed the noise");
  await using image = await openZvhd2(new MemorySource(file));
  assert.equal(image.virtualSizeBytes, disk.length);
  assert.ok(Buffer.from(await image.read(0, disk.length)).equals(disk));
  assert.deepEqual(
    (await Array.fromAsync(image.extents())).map(({ offset, kind }) => [offset / MIB, kind]),
    [
      [0, "data"],
      [1, "zero"],
      [2, "data"],
    ],
  );
});

test("an empty disk is a file without records", async () => {
  const file = await written(plan(5 * MIB, []));
  await using image = await openZvhd2(new MemorySource(file));
  assert.ok(Buffer.from(await image.read(0, 5 * MIB)).equals(Buffer.alloc(5 * MIB)));
});

test("blocks of every length that the format has read back, whatever is stored how", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2, 4),
      fc.array(fc.constantFrom("zero", "zstd", "raw"), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: MIB / 512 }),
      async (mib, kinds, lastSectors) => {
        const blockBytes = mib * MIB;
        const sizeBytes = (kinds.length - 1) * blockBytes + lastSectors * 512;
        const disk = Buffer.alloc(sizeBytes);
        const blocks = kinds.flatMap((kind, number) => {
          const offset = number * blockBytes;
          const content = disk.subarray(offset, Math.min(offset + blockBytes, sizeBytes));
          content.fill(kind === "zero" ? 0 : `${kind} ${number} `);
          return kind === "zero" ? [] : [stored(Buffer.from(content), offset, kind === "raw" ? "raw" : "zstd")];
        });
        await using image = await openZvhd2(new MemorySource(await written(plan(sizeBytes, blocks, blockBytes))));
        assert.ok(Buffer.from(await image.read(0, sizeBytes)).equals(disk));
      },
    ),
    { numRuns: 8 },
  );
});

test("block lengths that the format does not have are refused", () => {
  assert.deepEqual([MIB / 2, MIB, 3 * MIB, 32 * MIB, 64 * MIB].map(areZvhd2Blocks), [false, true, false, true, false]);
  assert.throws(() => plan(MIB, [], MIB / 2), RangeError);
});

const misplaced: readonly [title: string, blocks: readonly StoredBlock[]][] = [
  ["goes back", [stored(text("b"), MIB, "zstd"), stored(text("a"), 0, "zstd")]],
  ["begins within another", [stored(text("a"), MIB / 2, "zstd")]],
  ["leaves the disk", [stored(text("a"), 2 * MIB, "zstd")]],
  ["is too short", [stored(text("a", MIB / 2), 0, "zstd")]],
];

for (const [title, blocks] of misplaced) {
  test(`a block that ${title} is refused`, async () => {
    await assert.rejects(written(plan(2 * MIB, blocks)), (error) => isDiskError(error) && error.code === "disk.corrupt");
  });
}
