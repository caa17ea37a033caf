import assert from "node:assert/strict";
import { test } from "node:test";
import { MemorySource } from "../../source/memory-source.ts";
import { buildQed } from "../../qed/testing/build-qed.ts";
import { buildVdi } from "../../vdi/testing/build-vdi.ts";
import { buildVhd } from "../../vhd/testing/build-vhd.ts";
import { buildVhdx } from "../../vhdx/testing/build-vhdx.ts";
import { buildVmdk } from "../../vmdk/testing/build-vmdk.ts";
import { checkDisk } from "../check-disk.ts";
import type { CheckReport } from "../check-report.ts";

const MIB = 1024 * 1024;
const check = async (file: Uint8Array): Promise<CheckReport> => checkDisk(new MemorySource(file), { readData: true });
const data = (bytes: number): { kind: "data"; bytes: Buffer } => ({ kind: "data", bytes: Buffer.alloc(bytes, 7) });

/** What matters of faults: code and places. */
const outline = ({ faults }: CheckReport): readonly (readonly [string, number | undefined, number | undefined])[] =>
  faults.map(({ code, fileOffset, diskOffset }) => [code, fileOffset, diskOffset]);

const vdi = () => buildVdi({ sizeBytes: 20 * 4096, blocks: new Map([0, 3, 4, 9].map((block) => [block, data(4096)])) });
const qed = () => buildQed({ sizeBytes: 20 * 4096, clusters: new Map([0, 3, 4, 9].map((cluster) => [cluster, data(4096)])) });
const vmdk = () =>
  buildVmdk({ grainSectors: 128, sizeBytes: 20 * 65_536, grains: new Map([0, 3, 4].map((grain) => [grain, data(65_536)])) });
const vhd = () =>
  buildVhd({ type: "dynamic", sizeBytes: 4 * MIB, blockBytes: MIB, blocks: new Map([[1, { bytes: Buffer.alloc(MIB, 1) }]]) });
const vhdx = () =>
  buildVhdx({
    sizeBytes: 8 * MIB,
    blocks: new Map([2, 5].map((block) => [block, { state: 6, bytes: Buffer.alloc(MIB, 3) } as const])),
  });

test("sound images of every format have no faults and no leaks", async () => {
  for (const image of [vdi(), qed(), vmdk(), vhd(), vhdx()]) {
    const report = await check(image.file);
    assert.deepEqual([report.faults, report.leakedBytes], [[], 0], String(report.format));
  }
});

test("a VDI block that two entries name is found, and the one that none names any more is a leak", async () => {
  const { file, mapOffset, dataOffset } = vdi();
  file.writeUInt32LE(0, mapOffset + 9 * 4);
  const report = await check(file);
  assert.deepEqual(outline(report), [
    ["vdi.overlap", dataOffset, 9 * 4096],
    ["vdi.leak", dataOffset + 3 * 4096, undefined],
  ]);
  assert.equal(report.leakedBytes, 4096);
  assert.match(report.faults[0]?.message ?? "", /4096 bytes at 1024 .* at 0 of the disk and for what is at 36864 of the disk/);
});

test("each bad entry of a VDI's map is found", async () => {
  const { file, mapOffset } = vdi();
  for (const block of [1, 3, 17]) {
    file.writeUInt32LE(500 + block, mapOffset + block * 4);
  }
  const report = await check(file);
  assert.deepEqual(outline(report), [
    ["disk.corrupt", undefined, 4096],
    ["disk.corrupt", undefined, 3 * 4096],
    ["disk.corrupt", undefined, 17 * 4096],
  ]);
  assert.equal(report.leakedBytes, undefined);
});

test("a QED cluster over a table, and one that two entries name, are found", async () => {
  const { file, l2Offsets } = qed();
  const [l2 = 0] = l2Offsets;
  file.writeBigUInt64LE(BigInt(l2), l2 + 5 * 8);
  file.writeBigUInt64LE(file.readBigUInt64LE(l2), l2 + 7 * 8);
  const report = await check(file);
  assert.deepEqual(outline(report), [
    ["qed.overlap", l2, 5 * 4096],
    ["qed.overlap", l2 + 4096, 7 * 4096],
  ]);
});

test("a VMDK grain that two entries name is found", async () => {
  const image = vmdk();
  image.file.copyWithin(image.entryOffset(7), image.entryOffset(3), image.entryOffset(3) + 4);
  const report = await check(image.file);
  assert.deepEqual(outline(report), [["vmdk.overlap", image.grainOffsets.get(3), 7 * 65_536]]);
});

test("a VMDK grain over the tables is found", async () => {
  const image = vmdk();
  image.file.writeUInt32LE(2, image.entryOffset(8));
  const report = await check(image.file);
  assert.deepEqual(outline(report)[0], ["vmdk.overlap", 1024, 8 * 65_536]);
  assert.match(report.faults[0]?.message ?? "", /for the header and the tables and for what is at 524288 of the disk/);
});

test("a VHDX block that two entries name is found", async () => {
  const image = vhdx();
  image.file.copyWithin(image.batEntryOffset(7), image.batEntryOffset(5), image.batEntryOffset(5) + 8);
  const report = await check(image.file);
  assert.deepEqual(outline(report), [["vhdx.overlap", image.blockOffsets.get(5), 7 * MIB]]);
});

test("a VHD block that nothing names any more is a leak", async () => {
  const { file, tableOffset, blockOffsets } = vhd();
  file.writeUInt32BE(0xffff_ffff, tableOffset + 4);
  const report = await check(file);
  assert.deepEqual(
    report.faults.map(({ code, severity }) => [code, severity]),
    [["vhd.leak", "leak"]],
  );
  assert.ok((report.faults[0]?.fileOffset ?? Infinity) <= (blockOffsets.get(1) ?? 0));
  assert.ok((report.leakedBytes ?? 0) >= MIB);
});
