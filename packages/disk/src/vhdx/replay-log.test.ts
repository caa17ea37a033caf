import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVhdx } from "./open-vhdx.ts";
import { PatchedSource } from "./patched-source.ts";
import { buildLogEntry, buildVhdx, LOG_GUID, placeLogEntry } from "./testing/build-vhdx.ts";
import type { BuiltVhdx, LogRecipe, VhdxBlock } from "./testing/build-vhdx.ts";

const BLOCK = 1024 * 1024;
const SECTOR = 4096;

/** A disk of one block whose bytes are written over by the log: what is read shows what was replayed. */
function dirtyImage(): BuiltVhdx {
  const blocks = new Map<number, VhdxBlock>([[0, { state: 6, bytes: Buffer.alloc(BLOCK, 1) }]]);
  return buildVhdx({ sizeBytes: BLOCK, blocks, logGuid: LOG_GUID });
}

const blockAt = (image: BuiltVhdx): number => image.blockOffsets.get(0) ?? 0;

/** An entry that fills sectors of the block with a number. */
function entry(image: BuiltVhdx, facts: Partial<LogRecipe> & { sequence: number; tail: number; sectors?: readonly number[] }): Buffer {
  const { sectors = [facts.sequence], sequence } = facts;
  const writes = sectors.map((sector) => ({ offset: blockAt(image) + sector * SECTOR, bytes: Buffer.alloc(SECTOR, sequence) }));
  return buildLogEntry({ flushedFileBytes: image.file.length, lastFileBytes: image.file.length, writes, ...facts });
}

const open = (image: BuiltVhdx): Promise<VirtualDisk> => openVhdx(new MemorySource(image.file));

/** What stands in the first sectors of the disk. */
async function sectorsOf(disk: VirtualDisk, count: number): Promise<readonly number[]> {
  const bytes = await disk.read(0, count * SECTOR);
  const values = Array.from({ length: count }, (_, sector) => bytes[sector * SECTOR] ?? -1);
  assert.ok(values.every((value, sector) => bytes.subarray(sector * SECTOR, (sector + 1) * SECTOR).every((byte) => byte === value)));
  return values;
}

test("R-245: the log is replayed in memory, in order and from the tail on, and the file stays as it is", async () => {
  const image = dirtyImage();
  placeLogEntry(image, 10, entry(image, { sequence: 2, tail: 10 }));
  placeLogEntry(image, 12, entry(image, { sequence: 3, tail: 12, sectors: [3, 5] }));
  placeLogEntry(image, 15, entry(image, { sequence: 4, tail: 12, sectors: [5] }));
  const before = Buffer.from(image.file);
  await using disk = await open(image);
  assert.deepEqual(await sectorsOf(disk, 7), [1, 1, 1, 3, 1, 4, 1]);
  assert.equal(disk.details["replayedLogEntries"], 2);
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["vhdx.logReplayed"],
  );
  assert.ok(before.equals(image.file));
});

test("a sequence that goes around the end of the log is replayed", async () => {
  const image = dirtyImage();
  const sectors = image.logBytes / SECTOR;
  placeLogEntry(image, sectors - 3, entry(image, { sequence: 7, tail: sectors - 3, sectors: [0, 1, 2] }));
  placeLogEntry(image, 1, entry(image, { sequence: 8, tail: sectors - 3, sectors: [2] }));
  await using disk = await open(image);
  assert.deepEqual(await sectorsOf(disk, 4), [7, 7, 8, 1]);
});

test("of several sequences the one with the highest number counts, and entries of another log or with a wrong sum do not", async () => {
  const image = dirtyImage();
  placeLogEntry(image, 0, entry(image, { sequence: 20, tail: 0, sectors: [0] }));
  placeLogEntry(image, 5, entry(image, { sequence: 30, tail: 5, sectors: [1] }));
  placeLogEntry(image, 20, entry(image, { sequence: 40, tail: 20, sectors: [2], guid: "77777777-0000-4000-8000-000000000007" }));
  const torn = entry(image, { sequence: 31, tail: 5, sectors: [3] });
  torn.writeUInt8(99, SECTOR + 100);
  placeLogEntry(image, 7, torn);
  // Its tail is nowhere, so what came before it is lost.
  placeLogEntry(image, 40, entry(image, { sequence: 50, tail: 60, sectors: [4] }));
  await using disk = await open(image);
  assert.deepEqual(await sectorsOf(disk, 5), [1, 30, 1, 1, 1]);
});

test("zeros are replayed, over and under data", async () => {
  const image = dirtyImage();
  const writes = [
    { offset: blockAt(image) + SECTOR, bytes: Buffer.alloc(SECTOR, 9) },
    { offset: blockAt(image), zeroBytes: 4 * SECTOR },
    { offset: blockAt(image) + 2 * SECTOR, bytes: Buffer.alloc(SECTOR, 8) },
  ];
  placeLogEntry(image, 0, entry(image, { sequence: 1, tail: 0, writes }));
  await using disk = await open(image);
  assert.deepEqual(await sectorsOf(disk, 5), [0, 0, 8, 0, 1]);
});

test("more descriptors than fit into one sector are replayed", async () => {
  const image = dirtyImage();
  const sectors = Array.from({ length: 200 }, (_, sector) => sector);
  placeLogEntry(image, 0, entry(image, { sequence: 6, tail: 0, sectors }));
  await using disk = await open(image);
  assert.deepEqual(await sectorsOf(disk, 201), [...sectors.map(() => 6), 1]);
});

test("R-245: a log that makes the block table gives the disk its blocks, in a file that grows in memory", async () => {
  const image = buildVhdx({ sizeBytes: BLOCK, logGuid: LOG_GUID });
  const table = Buffer.alloc(SECTOR);
  table.writeBigUInt64LE(6n + BigInt(image.file.length));
  const lastFileBytes = image.file.length + BLOCK;
  const writes = [{ offset: image.batOffset, bytes: table }];
  placeLogEntry(image, 0, entry(image, { sequence: 1, tail: 0, writes, lastFileBytes }));
  await using disk = await open(image);
  assert.ok((await disk.read(0, BLOCK)).every((byte) => byte === 0));
  const before = await openVhdx(new MemorySource(buildVhdx({ sizeBytes: BLOCK }).file));
  assert.equal((await before.extents()[Symbol.asyncIterator]().next()).value?.kind, "hole");
  assert.equal((await disk.extents()[Symbol.asyncIterator]().next()).value?.kind, "data");
});

const refusals: readonly (readonly [name: string, facts: Partial<LogRecipe>, code: string, message: RegExp])[] = [
  ["was written when the file was longer", { flushedFileBytes: 2 ** 40 }, "disk.truncated", /when the file had 1099511627776 bytes/],
  ["makes the file huge", { lastFileBytes: 2 ** 45 }, "disk.limit", /makes the file 35184372088832 bytes long/],
  ["writes behind the file's end", { writes: [{ offset: 2 ** 40, bytes: Buffer.alloc(SECTOR) }] }, "disk.corrupt", /behind the file's end/],
  ["writes half a sector", { writes: [{ offset: 0, zeroBytes: 100 }] }, "disk.corrupt", /100 bytes at 0, which is not whole sectors/],
  ["writes at half a sector", { writes: [{ offset: 2048, bytes: Buffer.alloc(SECTOR) }] }, "disk.corrupt", /at 2048, which is not/],
];

for (const [name, facts, code, message] of refusals) {
  test(`a log that ${name} is refused`, async () => {
    const image = dirtyImage();
    placeLogEntry(image, 0, entry(image, { sequence: 1, tail: 0, ...facts }));
    await assert.rejects(open(image), { code, message });
  });
}

test("a log that writes to too many places is refused", async () => {
  const image = dirtyImage();
  const writes = Array.from({ length: 20_000 }, () => ({ offset: blockAt(image), zeroBytes: SECTOR }));
  placeLogEntry(image, 0, entry(image, { sequence: 1, tail: 0, writes }));
  await assert.rejects(open(image), { code: "disk.limit", message: /20000 places/ });
});

test("a log that must be replayed and holds no whole sequence is refused", async () => {
  await assert.rejects(open(dirtyImage()), { code: "disk.corrupt", message: /no whole sequence/ });
});

test("a file with writes over it reads as if they had been made, the last one winning", async () => {
  const write = fc.record({ from: fc.nat(99), length: fc.integer({ min: 1, max: 60 }), value: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 20 }), fc.nat(99), fc.nat(160), async (writes, offset, length) => {
      const model = Buffer.alloc(160);
      model.fill(7, 0, 100);
      for (const { from, length: count, value } of writes) {
        model.fill(value, from, from + count);
      }
      const patches = writes.map(({ from, length: count, value }) => ({
        offset: from,
        length: count,
        bytes: value === 0 ? undefined : Buffer.alloc(count, value),
      }));
      const source = new PatchedSource(new MemorySource(Buffer.alloc(100, 7)), patches, 160);
      const end = Math.min(offset + length, 160);
      assert.deepEqual(Buffer.from(await source.read(offset, end - offset)), model.subarray(offset, end));
    }),
  );
});
