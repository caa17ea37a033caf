import assert from "node:assert/strict";
import { test } from "node:test";
import { isDiskError } from "../core/disk-error.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVhdx } from "./open-vhdx.ts";
import { buildVhdx, DATA_GUID, LOG_GUID, sealVhdx } from "./testing/build-vhdx.ts";
import type { BuiltVhdx, VhdxBlock, VhdxRecipe } from "./testing/build-vhdx.ts";

const KIB = 1024;
const BLOCK = 1024 * KIB;
const HEADERS = [64 * KIB, 128 * KIB];
const TABLES = [192 * KIB, 256 * KIB];
const UNKNOWN = { guid: "99999999-0000-4000-8000-000000000009", isRequired: true };
const ONE_BLOCK: VhdxRecipe = { sizeBytes: 3 * BLOCK, blocks: new Map([[1, { state: 6, bytes: Buffer.alloc(BLOCK, 1) }]]) };
const PARTIAL: VhdxBlock = { state: 7, bytes: Buffer.alloc(BLOCK, 1), isStored: (sector) => sector < 9 };
const CHILD: VhdxRecipe = { sizeBytes: 3 * BLOCK, blocks: new Map([[1, PARTIAL]]), parentLinkage: DATA_GUID };

/** Changes both copies of a structure. */
const inBoth =
  (offsets: readonly number[], change: (part: Buffer) => void) =>
  ({ file }: BuiltVhdx): void =>
    offsets.forEach((offset) => change(file.subarray(offset, offset + 64 * KIB)));

/** Changes the metadata item of that number: file parameters, size, disk id, logical and physical sectors. */
const inItem =
  (number: number, change: (item: Buffer) => void) =>
  ({ file, metadataOffset }: BuiltVhdx): void => {
    change(file.subarray(metadataOffset + file.readUInt32LE(metadataOffset + 48 + number * 32)));
  };

interface Refusal {
  readonly name: string;
  readonly recipe?: VhdxRecipe;
  /** Breaks the image, and answers the file when it is another one. */
  readonly spoil?: (image: BuiltVhdx) => Buffer | void;
  readonly isUnsealed?: boolean;
  readonly hasParent?: boolean;
  readonly code: string;
  readonly message: RegExp;
}

const entry =
  (value: bigint) =>
  (image: BuiltVhdx): void =>
    void image.file.writeBigUInt64LE(value, image.batEntryOffset(1));

/** Refused when opened. */
const refusals: readonly Refusal[] = [
  { name: "an empty file", spoil: () => Buffer.alloc(0), code: "disk.truncated", message: /empty/ },
  {
    name: "a file that ends in its head",
    spoil: ({ file }) => file.subarray(0, 300_000),
    code: "disk.truncated",
    message: /head has 1 MiB/,
  },
  { name: "another identifier", spoil: ({ file }) => void file.write("vhdxfilm"), code: "disk.corrupt", message: /"vhdxfile" at 0/ },
  {
    name: "two headers with wrong checksums",
    spoil: inBoth(HEADERS, (header) => header.writeUInt8(1, 4000)),
    isUnsealed: true,
    code: "disk.corrupt",
    message: /neither of its headers/,
  },
  {
    name: "two different headers with the same number",
    spoil: ({ file }) => void file.writeUInt8(9, 64 * KIB + 20),
    recipe: { ...ONE_BLOCK, sequences: [4, 4] },
    code: "disk.corrupt",
    message: /same sequence number/,
  },
  {
    name: "an unknown version",
    spoil: inBoth(HEADERS, (header) => header.writeUInt16LE(2, 66)),
    code: "disk.unsupported",
    message: /version 2/,
  },
  {
    name: "an unknown version of a log that must be replayed",
    recipe: { ...ONE_BLOCK, logGuid: LOG_GUID },
    spoil: inBoth(HEADERS, (header) => header.writeUInt16LE(1, 64)),
    code: "disk.unsupported",
    message: /log version 1/,
  },
  {
    name: "a log that is not whole MiB",
    spoil: inBoth(HEADERS, (header) => header.writeUInt32LE(4096, 68)),
    code: "disk.corrupt",
    message: /log_length 4096 at 68/,
  },
  {
    name: "a log of 4 GiB",
    spoil: inBoth(HEADERS, (header) => header.writeUInt32LE(0xfff0_0000, 68)),
    code: "disk.limit",
    message: /log of the VHDX has 4293918720/,
  },
  {
    name: "a log behind the file's end",
    recipe: { ...ONE_BLOCK, logGuid: LOG_GUID },
    spoil: inBoth(HEADERS, (header) => header.writeBigUInt64LE(2n ** 40n, 72)),
    code: "disk.truncated",
    message: /log is to be at 1099511627776/,
  },
  {
    name: "a log without room that must be replayed",
    recipe: { ...ONE_BLOCK, logGuid: LOG_GUID },
    spoil: inBoth(HEADERS, (header) => header.writeUInt32LE(0, 68)),
    code: "disk.corrupt",
    message: /log_length at 68 is 0/,
  },
  {
    name: "two region tables with wrong checksums",
    spoil: inBoth(TABLES, (table) => table.writeUInt8(1, 60_000)),
    isUnsealed: true,
    code: "disk.corrupt",
    message: /neither of its region tables/,
  },
  {
    name: "too many regions",
    spoil: inBoth(TABLES, (table) => table.writeUInt32LE(2048, 8)),
    code: "disk.corrupt",
    message: /2048 entries/,
  },
  {
    name: "no metadata region",
    spoil: inBoth(TABLES, (table) => table.writeUInt32LE(1, 8)),
    code: "disk.corrupt",
    message: /names no block table, or no metadata/,
  },
  { name: "a region twice", spoil: inBoth(TABLES, (table) => table.copyWithin(48, 16, 48)), code: "disk.corrupt", message: /twice/ },
  {
    name: "an unknown region that is required",
    recipe: { ...ONE_BLOCK, extraRegion: UNKNOWN },
    code: "disk.unsupported",
    message: /region 99999999-/,
  },
  {
    name: "a region in the head",
    spoil: inBoth(TABLES, (table) => table.writeUInt32LE(0, 32)),
    code: "disk.corrupt",
    message: /not whole MiB behind the head/,
  },
  {
    name: "a region that begins inside a MiB",
    spoil: inBoth(TABLES, (table) => table.writeUInt32LE(3 * BLOCK + 512, 32)),
    code: "disk.corrupt",
    message: /not whole MiB/,
  },
  {
    name: "a region behind the file's end",
    spoil: inBoth(TABLES, (table) => table.writeUInt32LE(9, 37)),
    code: "disk.truncated",
    message: /region 2dc27766-/,
  },
  {
    name: "regions that overlap",
    spoil: inBoth(TABLES, (table) => table.writeUInt32LE(2 * BLOCK, 32)),
    code: "disk.corrupt",
    message: /overlap/,
  },
  {
    name: "a region that overlaps the log",
    spoil: inBoth(TABLES, (table) => table.writeUInt32LE(BLOCK, 32)),
    code: "disk.corrupt",
    message: /the log at 1048576 and the block table at 1048576 overlap|the block table at 1048576 and the log at 1048576 overlap/,
  },
  {
    name: "a metadata table that is none",
    spoil: ({ file, metadataOffset }) => void file.write("nonsense", metadataOffset),
    code: "disk.corrupt",
    message: /metadata table at 2097152/,
  },
  {
    name: "too many metadata items",
    spoil: ({ file, metadataOffset }) => void file.writeUInt16LE(2048, metadataOffset + 10),
    code: "disk.corrupt",
    message: /2048 entries of at most 2047/,
  },
  {
    name: "an unknown metadata item that is required",
    recipe: { ...ONE_BLOCK, extraItem: UNKNOWN },
    code: "disk.unsupported",
    message: /item 99999999-/,
  },
  {
    name: "a missing metadata item",
    spoil: ({ file, metadataOffset }) => void file.writeUInt16LE(4, metadataOffset + 10),
    code: "disk.corrupt",
    message: /physicalSectorSize is missing/,
  },
  {
    name: "a metadata item twice",
    spoil: ({ file, metadataOffset }) => void file.copyWithin(metadataOffset + 64, metadataOffset + 32, metadataOffset + 64),
    code: "disk.corrupt",
    message: /twice/,
  },
  {
    name: "a metadata item that is too short",
    spoil: ({ file, metadataOffset }) => void file.writeUInt32LE(3, metadataOffset + 52),
    code: "disk.corrupt",
    message: /fileParameters is missing or too short/,
  },
  {
    name: "a metadata item in the table",
    spoil: ({ file, metadataOffset }) => void file.writeUInt32LE(32, metadataOffset + 48),
    code: "disk.corrupt",
    message: /8 bytes at 32 of a region/,
  },
  {
    name: "a metadata item behind its region",
    spoil: ({ file, metadataOffset }) => void file.writeUInt32LE(BLOCK - 4, metadataOffset + 48),
    code: "disk.corrupt",
    message: /of a region of 1048576/,
  },
  ...[0, 512 * KIB, 3 * BLOCK, 512 * BLOCK].map((bytes): Refusal => ({
    name: `blocks of ${bytes} bytes`,
    spoil: inItem(0, (item) => item.writeUInt32LE(bytes)),
    code: "disk.corrupt",
    message: new RegExp(`block size is ${bytes},`),
  })),
  { name: "a disk without a size", spoil: inItem(1, (item) => item.fill(0, 0, 8)), code: "disk.corrupt", message: /disk has 0 bytes/ },
  {
    name: "a size that is not whole sectors",
    spoil: inItem(1, (item) => item.writeUInt32LE(513)),
    code: "disk.corrupt",
    message: /disk has 513 bytes/,
  },
  {
    name: "a size over 64 TiB",
    spoil: inItem(1, (item) => item.writeBigUInt64LE(2n ** 46n + 512n)),
    code: "disk.limit",
    message: /64 TiB/,
  },
  { name: "a size of 2^63", spoil: inItem(1, (item) => item.writeBigUInt64LE(2n ** 63n)), code: "disk.limit", message: /64 TiB/ },
  {
    name: "sectors of 1024 bytes",
    spoil: inItem(3, (item) => item.writeUInt32LE(1024)),
    code: "disk.corrupt",
    message: /sectors have 1024 and 512/,
  },
  {
    name: "physical sectors of no bytes",
    spoil: inItem(4, (item) => item.writeUInt32LE(0)),
    code: "disk.corrupt",
    message: /sectors have 512 and 0/,
  },
  {
    name: "a block table that is too short",
    spoil: inItem(1, (item) => item.writeBigUInt64LE(2n ** 40n)),
    code: "disk.corrupt",
    message: /block table has 1048576 bytes, and a disk of 1099511627776 needs/,
  },
  { name: "R-245: a differencing disk without its parent", recipe: CHILD, code: "disk.unsafe", message: /differencing disk/ },
  {
    name: "a parent that nobody names",
    recipe: { ...CHILD, parentLinkage: "00000000-0000-0000-0000-000000000000" },
    hasParent: true,
    code: "disk.corrupt",
    message: /no parent_linkage/,
  },
  {
    name: "an unknown kind of parent locator",
    recipe: CHILD,
    spoil: inItem(5, (item) => item.writeUInt8(1)),
    code: "disk.unsupported",
    message: /names its parent in the way/,
  },
  {
    name: "a parent locator with text outside",
    recipe: CHILD,
    spoil: inItem(5, (item) => item.writeUInt32LE(5000, 20)),
    code: "disk.corrupt",
    message: /names \d+ bytes at 5000/,
  },
  {
    name: "a parent locator with too many entries",
    recipe: CHILD,
    spoil: inItem(5, (item) => item.writeUInt16LE(60_000, 18)),
    code: "disk.corrupt",
    message: /ends inside number \d+|names \d+ bytes at \d+/,
  },
  {
    name: "a parent locator of a few bytes",
    recipe: CHILD,
    spoil: ({ file, metadataOffset }) => void file.writeUInt32LE(7, metadataOffset + 32 + 5 * 32 + 20),
    code: "disk.corrupt",
    message: /parent locator has 7 bytes/,
  },
];

/** Refused when the place is read or listed. */
const lateRefusals: readonly Refusal[] = [
  { name: "a block in the head", spoil: entry(6n), code: "disk.corrupt", message: /block 1 is to be at 0, inside the head/ },
  { name: "a block in the log", spoil: entry(BigInt(BLOCK) + 6n), code: "disk.corrupt", message: /inside the log/ },
  { name: "a block in the metadata", spoil: entry(2n * BigInt(BLOCK) + 6n), code: "disk.corrupt", message: /inside the metadata/ },
  { name: "a block in the block table", spoil: entry(3n * BigInt(BLOCK) + 6n), code: "disk.corrupt", message: /inside the block table/ },
  {
    name: "a block behind the file's end",
    spoil: entry(5n * BigInt(BLOCK) + 6n),
    code: "disk.truncated",
    message: /block 1 has 1048576 bytes at 5242880/,
  },
  { name: "a block at 2^63", spoil: entry(2n ** 63n + 6n), code: "disk.truncated", message: /block 1 has/ },
  {
    name: "a file that is cut off in a block",
    spoil: ({ file }) => file.subarray(0, file.length - 1),
    code: "disk.truncated",
    message: /block 1/,
  },
  { name: "a block of an unknown state", spoil: entry(4n), code: "disk.corrupt", message: /block 1 has the state 4/ },
  {
    name: "a block stored in part without a parent",
    spoil: entry(4n * BigInt(BLOCK) + 7n),
    code: "disk.corrupt",
    message: /block 1 is stored in part/,
  },
  {
    name: "a block stored in part without its bitmap",
    recipe: CHILD,
    hasParent: true,
    spoil: ({ file, batOffset }) => void file.writeBigUInt64LE(0n, batOffset + 4096 * 8),
    code: "disk.corrupt",
    message: /bitmap that says which part is not there/,
  },
  {
    name: "a bitmap behind the file's end",
    recipe: CHILD,
    hasParent: true,
    spoil: ({ file, batOffset }) => void file.writeBigUInt64LE(2n ** 40n + 6n, batOffset + 4096 * 8),
    code: "disk.truncated",
    message: /sector bitmap 0/,
  },
];

/** A disk that passes for the parent that `CHILD` names. */
function parentOfChild(): TestDisk {
  return Object.defineProperties(new TestDisk(BLOCK, []), { format: { value: "vhdx" }, details: { value: { dataWriteGuid: DATA_GUID } } });
}

function spoiled({ recipe = ONE_BLOCK, spoil, isUnsealed }: Refusal): Buffer {
  const image = buildVhdx(recipe);
  const file = spoil?.(image) ?? image.file;
  if (isUnsealed !== true && file === image.file) {
    sealVhdx(image);
  }
  return file;
}

async function assertRefused(work: Promise<unknown>, { code, message }: Refusal): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(isDiskError(error), String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

for (const refusal of refusals) {
  test(`${refusal.name} is refused`, async () => {
    await assertRefused(
      openVhdx(new MemorySource(spoiled(refusal)), refusal.hasParent === true ? { parent: parentOfChild() } : {}),
      refusal,
    );
  });
}

for (const refusal of lateRefusals) {
  test(`${refusal.name} is refused where it is read`, async () => {
    const parent = refusal.hasParent === true ? parentOfChild() : undefined;
    await using disk = await openVhdx(new MemorySource(spoiled(refusal)), { parent });
    await assertRefused(disk.read(BLOCK + 10, 10), refusal);
    await assertRefused(listExtents(disk), refusal);
  });
}

test("many blocks in one place are refused: a small file cannot hold a large disk", async () => {
  const image = buildVhdx({ ...ONE_BLOCK, sizeBytes: 100 * BLOCK });
  for (let block = 0; block < 100; block += 1) {
    image.file.writeBigUInt64LE(4n * BigInt(BLOCK) + 6n, image.batEntryOffset(block));
  }
  await using disk = await openVhdx(new MemorySource(image.file));
  await assert.rejects(listExtents(disk), { code: "disk.corrupt", message: /names 104857600 stored bytes or more, in a file of 5242880/ });
});

test("a size over the caller's ceiling is refused", async () => {
  await assert.rejects(openVhdx(new MemorySource(buildVhdx(ONE_BLOCK).file), { maxVirtualSizeBytes: 1000 }), { code: "disk.limit" });
});
