import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { constants, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { isDiskError } from "../core/disk-error.ts";
import type { PlannedFile } from "../core/disk-writer.ts";
import { MemorySource } from "../source/memory-source.ts";
import type { StoredFrame } from "./group-frames.ts";
import { openZvhd2 } from "./open-zvhd2.ts";
import { makeUpZvhd2Blocks, planStoredZvhd2 } from "./plan-stored-zvhd2.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** At level 19 no frame is what a fast compressor would make of the same content. */
function stored(content: Buffer, offset: number, form: StoredFrame["form"]): StoredFrame {
  const bytes = form === "raw" ? content : zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
  return { offset, length: content.length, form, bytes };
}

async function* inOrder(frames: readonly StoredFrame[]): AsyncGenerator<StoredFrame> {
  yield* frames;
}

function plan(sizeBytes: number, frames: readonly StoredFrame[], frameBytes = MIB): PlannedFile {
  const dataBytes = frames.reduce((sum, { length }) => sum + length, 0);
  return planStoredZvhd2({ sizeBytes, frameBytes, dataBytes, frames: () => inOrder(frames) });
}

async function written(file: PlannedFile): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of file.pieces()) {
    assert.equal(piece.offset, length);
    length += piece.bytes.length;
    pieces.push(piece.bytes);
  }
  return Buffer.concat(pieces);
}

const text = (name: string, length = MIB): Buffer => Buffer.alloc(length, `${name} is easy to compress. `);

test("frames of a block's length become the payloads of records as they are, and the file reads back as the disk", async () => {
  const [one, noise, last] = [text("one"), randomBytes(MIB), text("last", MIB / 2)];
  const disk = Buffer.concat([one, Buffer.alloc(MIB), noise, last]);
  const frames = [stored(one, 0, "zstd"), stored(noise, 2 * MIB, "raw"), stored(last, 3 * MIB, "zstd")];
  const file = await written(plan(disk.length, frames));
  assert.equal(file.readUInt32LE(88), MIB, "block_size");
  assert.ok(frames[0] && file.includes(frames[0].bytes), "nothing compressed the first block again");
  assert.ok(frames[2] && file.includes(frames[2].bytes), "nor the last, which zeros complete");
  assert.ok(file.includes(noise.subarray(0, 128 * KIB)), "nothing compressed the noise");
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

test("frames of 512 KiB stand four to a block of 2 MiB, with frames of zeros where nothing is stored", async () => {
  const chunk = 512 * KIB;
  const [one, noise, last] = [text("one", chunk), randomBytes(chunk), text("last", 512)];
  const disk = Buffer.concat([Buffer.alloc(chunk), one, Buffer.alloc(chunk), noise, Buffer.alloc(2 * MIB), last]);
  const frames = [stored(one, chunk, "zstd"), stored(noise, 3 * chunk, "raw"), stored(last, 4 * MIB, "zstd")];
  const file = await written(plan(disk.length, frames, chunk));
  assert.equal(file.readUInt32LE(88), 2 * MIB, "block_size");
  for (const { form, bytes } of frames) {
    assert.ok(file.includes(form === "raw" ? bytes.subarray(0, 128 * KIB) : bytes), "nothing was compressed again");
  }
  await using image = await openZvhd2(new MemorySource(file));
  assert.equal(image.details["storedBlocks"], 2, "the block of zeros has no record");
  assert.ok(Buffer.from(await image.read(0, disk.length)).equals(disk));
  assert.ok(Buffer.from(await image.read(chunk - 7, chunk + 14)).equals(disk.subarray(chunk - 7, 2 * chunk + 7)));
});

test("an empty disk is a file without records", async () => {
  const file = await written(plan(5 * MIB, []));
  await using image = await openZvhd2(new MemorySource(file));
  assert.ok(Buffer.from(await image.read(0, 5 * MIB)).equals(Buffer.alloc(5 * MIB)));
});

const kinds = fc.constantFrom("zero", "zstd", "raw");

/** A disk of pieces that are zeros or stored in either form; the last may be shorter. */
async function assertReadsBack(frameBytes: number, forms: readonly ("zero" | "zstd" | "raw")[], lastBytes: number): Promise<void> {
  const sizeBytes = (forms.length - 1) * frameBytes + lastBytes;
  const disk = Buffer.alloc(sizeBytes);
  const frames = forms.flatMap((form, number) => {
    const offset = number * frameBytes;
    const content = disk.subarray(offset, Math.min(offset + frameBytes, sizeBytes));
    content.fill(form === "zero" ? 0 : `${form} ${number} `);
    return form === "zero" ? [] : [stored(Buffer.from(content), offset, form)];
  });
  await using image = await openZvhd2(new MemorySource(await written(plan(sizeBytes, frames, frameBytes))));
  assert.ok(Buffer.from(await image.read(0, sizeBytes)).equals(disk));
}

test("blocks of every length that the format has read back, whatever is stored how", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2, 4),
      fc.array(kinds, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: MIB / 512 }),
      async (mib, forms, lastSectors) => assertReadsBack(mib * MIB, forms, lastSectors * 512),
    ),
    { numRuns: 8 },
  );
});

test("shorter pieces read back too, whatever is stored how, wherever the disk ends", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(64, 128, 256, 512),
      fc.array(kinds, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 128 }),
      async (kib, forms, lastSectors) => assertReadsBack(kib * KIB, forms, lastSectors * 512),
    ),
    { numRuns: 12 },
  );
});

test("a block of as many pieces as there can be reads back: 512 of 4 KiB, the last of them cut off by the disk's end", async () => {
  await assertReadsBack(
    4 * KIB,
    Array.from({ length: 512 }, (_, number) => (number % 2 === 0 ? "raw" : "zstd")),
    512,
  );
});

test("lengths that blocks are not made of are refused", () => {
  const lengths = [2 * KIB, 4 * KIB, MIB / 2, 768 * KIB, MIB, 3 * MIB, 32 * MIB, 64 * MIB];
  assert.deepEqual(lengths.map(makeUpZvhd2Blocks), [false, true, true, false, true, false, true, false]);
  assert.throws(() => plan(MIB, [], 768 * KIB), RangeError);
});

const misplaced: readonly [title: string, frames: readonly StoredFrame[]][] = [
  ["goes back", [stored(text("b"), MIB, "zstd"), stored(text("a"), 0, "zstd")]],
  ["comes twice", [stored(text("a"), 0, "zstd"), stored(text("a"), 0, "zstd")]],
  ["begins within another", [stored(text("a"), MIB / 2, "zstd")]],
  ["leaves the disk", [stored(text("a"), 2 * MIB, "zstd")]],
  ["is too short", [stored(text("a", MIB / 2), 0, "zstd")]],
];

for (const [title, frames] of misplaced) {
  test(`a piece that ${title} is refused`, async () => {
    await assert.rejects(written(plan(2 * MIB, frames)), (error) => isDiskError(error) && error.code === "disk.corrupt");
  });
}
