import assert from "node:assert/strict";
import { test } from "node:test";
import { listExtents } from "../core/testing/list-extents.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { testRefusals } from "../mapped/testing/refusal-suite.ts";
import type { Refusal } from "../mapped/testing/refusal-suite.ts";
import { openRaw } from "../raw/open-raw.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVdi } from "./open-vdi.ts";
import { buildVdi, VDI_MODIFICATION_UUID, VDI_UUID, vdiContent } from "./testing/build-vdi.ts";
import type { BuiltVdi, VdiBlock, VdiRecipe } from "./testing/build-vdi.ts";

const BLOCK = 4096;
const data = (fill: number, blockBytes = BLOCK): VdiBlock => ({ kind: "data", bytes: Buffer.alloc(blockBytes, fill) });
const open = (recipe: VdiRecipe, parent?: VirtualDisk): Promise<VirtualDisk> =>
  openVdi(new MemorySource(buildVdi(recipe).file), { parent });

async function assertReads(disk: VirtualDisk, content: Buffer): Promise<void> {
  assert.equal(disk.virtualSizeBytes, content.length);
  assert.ok(content.equals(await disk.read(0, content.length)), "the whole disk");
}

test("R-248: a dynamic image reads whatever order its blocks have, and tells zero blocks from free ones", async () => {
  const recipe: VdiRecipe = {
    sizeBytes: 6 * BLOCK,
    blocks: new Map([
      [4, data(4)],
      [1, data(1)],
      [0, { kind: "zero" }],
      [2, data(2)],
    ]),
  };
  await using disk = await open(recipe);
  await assertReads(disk, vdiContent(recipe));
  assert.deepEqual(
    (await listExtents(disk)).map(({ length, kind }) => [length / BLOCK, kind]),
    [
      [1, "zero"],
      [2, "data"],
      [1, "hole"],
      [1, "data"],
      [1, "hole"],
    ],
  );
  assert.deepEqual(disk.warnings, []);
  assert.deepEqual(disk.details, {
    type: "dynamic",
    creator: "<<< Test image >>>",
    blockSizeBytes: BLOCK,
    storedBlocks: 3,
    uuid: VDI_UUID,
    modificationUuid: VDI_MODIFICATION_UUID,
  });
});

test("R-248: a fixed image reads", async () => {
  const blocks = new Map([0, 1, 2].map((block): [number, VdiBlock] => [block, data(block + 1)]));
  const recipe: VdiRecipe = { sizeBytes: 3 * BLOCK, blocks, type: 2 };
  await using disk = await open(recipe);
  await assertReads(disk, vdiContent(recipe));
  assert.equal(disk.details["type"], "fixed");
});

test("every block size, and a map and data at whole MiB as VirtualBox has them, read the same", async () => {
  for (const blockBytes of [4096, 65_536, 1_048_576, 4_194_304]) {
    const recipe: VdiRecipe = {
      sizeBytes: 2 * blockBytes + 1536,
      blockBytes,
      blocks: new Map([
        [2, data(7, blockBytes)],
        [0, data(8, blockBytes)],
      ]),
      mapOffset: 1_048_576,
      dataOffset: 2_097_152,
    };
    await using disk = await open(recipe);
    await assertReads(disk, vdiContent(recipe));
  }
});

test("a size that is not whole sectors is rounded up, and told", async () => {
  const recipe: VdiRecipe = { sizeBytes: BLOCK + 100, blocks: new Map([[1, data(3)]]) };
  await using disk = await open(recipe);
  await assertReads(disk, vdiContent(recipe));
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["disk.sizeRounded"],
  );
});

test("blocks of the file that no entry names are told", async () => {
  const { file, mapOffset } = buildVdi({
    sizeBytes: 2 * BLOCK,
    blocks: new Map([
      [0, data(1)],
      [1, data(2)],
    ]),
  });
  file.writeUInt32LE(0xffff_ffff, mapOffset + 4);
  await using disk = await openVdi(new MemorySource(file));
  assert.deepEqual(disk.warnings, [{ code: "vdi.unusedBlocks", message: "The file holds 1 blocks that the disk does not use." }]);
});

test("the last block may end with the disk", async () => {
  const recipe: VdiRecipe = { sizeBytes: BLOCK + 512, blocks: new Map([[1, data(3)]]) };
  const { file } = buildVdi(recipe);
  await using disk = await openVdi(new MemorySource(file.subarray(0, file.length - BLOCK + 512)));
  await assertReads(disk, vdiContent(recipe));
});

test("a huge empty disk is one hole", async () => {
  await using disk = await open({ sizeBytes: 2 ** 42, blockBytes: 1_048_576, blocks: new Map() });
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: 2 ** 42, kind: "hole" }]);
});

const parentRecipe: VdiRecipe = {
  sizeBytes: 4 * BLOCK,
  blocks: new Map([
    [0, data(1)],
    [1, data(2)],
    [2, data(3)],
  ]),
};
const childRecipe: VdiRecipe = {
  sizeBytes: 5 * BLOCK,
  type: 4,
  uuid: "99999999-2222-4333-8444-555555555555",
  parent: { uuid: VDI_UUID, modificationUuid: VDI_MODIFICATION_UUID },
  blocks: new Map([
    [1, data(9)],
    [2, { kind: "zero" }],
  ]),
};

test("R-248: a differencing image reads over the parent that is given: free blocks are the parent's, zero blocks are not", async () => {
  await using disk = await open(childRecipe, await open(parentRecipe));
  const expected = Buffer.alloc(5 * BLOCK);
  expected.fill(1, 0, BLOCK).fill(9, BLOCK, 2 * BLOCK);
  await assertReads(disk, expected);
  assert.deepEqual(
    (await listExtents(disk)).map(({ length, kind }) => [length / BLOCK, kind]),
    [
      [2, "data"],
      [1, "zero"],
      [2, "hole"],
    ],
  );
  assert.equal(disk.details["parentUuid"], VDI_UUID);
});

test("R-248: a differencing image without its parent, or over another disk, is refused by name", async () => {
  await assert.rejects(open(childRecipe), { code: "disk.unsafe", message: new RegExp(`type differencing.*${VDI_UUID}`), remedy: /parent/ });
  const others = [
    open({ ...parentRecipe, uuid: "77777777-2222-4333-8444-555555555555" }),
    open({ ...parentRecipe, modificationUuid: "77777777-2222-4333-8444-555555555555" }),
    openRaw(new MemorySource(Buffer.alloc(512))),
  ];
  for (const other of others) {
    await assert.rejects(open(childRecipe, await other), { code: "disk.unsafe", message: new RegExp(VDI_UUID) });
  }
  await assert.rejects(open(parentRecipe, await open(parentRecipe)), { code: "disk.unsafe", message: /stands on its own/ });
});

const sound: VdiRecipe = {
  sizeBytes: 3 * BLOCK,
  blocks: new Map([
    [0, data(1)],
    [2, data(2)],
  ]),
};
const changed = (change: (image: BuiltVdi) => unknown) => (): Buffer => {
  const image = buildVdi(sound);
  change(image);
  return image.file;
};
const u32 = (offset: number, value: number): Refusal["make"] => changed(({ file }) => file.writeUInt32LE(value, offset));
const u64 = (offset: number, value: bigint): Refusal["make"] => changed(({ file }) => file.writeBigUInt64LE(value, offset));
const entry = (index: number, value: number): Refusal["make"] =>
  changed(({ file, mapOffset }) => file.writeUInt32LE(value, mapOffset + index * 4));

testRefusals("R-248: VDI", openVdi, [
  { title: "less than a header", code: "disk.truncated", message: /header takes 512/, make: () => buildVdi(sound).file.subarray(0, 511) },
  { title: "no signature", code: "disk.corrupt", message: /signature at 64/, make: u32(64, 1) },
  { title: "another version", code: "disk.unsupported", message: /version at 68 is 0x10002/, make: u32(68, 0x10002) },
  { title: "an unknown type", code: "disk.unsupported", message: /type at 76 is 5/, make: u32(76, 5) },
  { title: "type undo and no parent", code: "disk.unsafe", message: /type undo/, make: u32(76, 3) },
  { title: "type dynamic and the name of a parent", code: "disk.unsafe", message: /parent 00000001-/, make: u32(424, 1) },
  { title: "other sectors", code: "disk.unsupported", message: /sector size at 360 is 4096/, make: u32(360, 4096) },
  { title: "bytes beside blocks", code: "disk.unsupported", message: /block_extra at 380 is 512/, make: u32(380, 512) },
  { title: "blocks of 2 KiB", code: "disk.corrupt", message: /block_size at 376 is 2048/, make: u32(376, 2048) },
  { title: "blocks of 5000 bytes", code: "disk.corrupt", message: /block_size at 376 is 5000/, make: u32(376, 5000) },
  { title: "blocks of 2 GiB", code: "disk.corrupt", message: /block_size at 376 is 2147483648/, make: u32(376, 2 ** 31) },
  { title: "a size of nothing", code: "disk.corrupt", message: /disk_size at 368 is 0/, make: u64(368, 0n) },
  { title: "a size of 2^63", code: "disk.limit", message: /claims 9223372036854776000/, make: u64(368, 1n << 63n) },
  { title: "a size over its blocks", code: "disk.corrupt", message: /disk_size at 368 is 12289/, make: u64(368, 12_289n) },
  { title: "too many blocks", code: "disk.limit", message: /67108865 blocks/, make: u32(384, 2 ** 26 + 1) },
  { title: "more stored blocks than blocks", code: "disk.corrupt", message: /blocks_allocated at 388 is 4/, make: u32(388, 4) },
  { title: "a map inside the header", code: "disk.corrupt", message: /offBlocks at 340/, make: u32(340, 256) },
  { title: "data inside the map", code: "disk.corrupt", message: /offData at 344/, make: u32(344, 516) },
  {
    title: "a map behind the end",
    code: "disk.truncated",
    message: /offBlocks at 340/,
    make: changed(({ file }) => [file.writeUInt32LE(2 ** 30, 340), file.writeUInt32LE(2 ** 31, 344)]),
  },
  { title: "an entry for a block that is not stored", code: "disk.corrupt", message: /entry at 516.*names block 2/, make: entry(1, 2) },
  { title: "two entries for one block", code: "disk.corrupt", message: /uses the cluster at 1024 of the file twice/, make: entry(1, 0) },
  {
    title: "data behind the end",
    code: "disk.truncated",
    message: /entry at 520.*names data at 5120, and the file ends at 9215/,
    make: () => buildVdi(sound).file.subarray(0, -1),
  },
]);
