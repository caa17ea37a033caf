/** VHDX: what others write is read, what this package writes is read by others. Needs qemu-utils; 7zip and libvhdi-utils where they are there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { planRaw } from "@tintype/disk/raw/plan-raw.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { largeTestDisk, shapedTestDisks } from "@tintype/disk/mapped/testing/block-test-disks.ts";
import { openVhdx } from "@tintype/disk/vhdx/open-vhdx.ts";
import { planVhdx } from "@tintype/disk/vhdx/plan-vhdx.ts";
import type { PlanVhdxOptions } from "@tintype/disk/vhdx/plan-vhdx.ts";
import { buildLogEntry, buildVhdx, LOG_GUID, placeLogEntry } from "@tintype/disk/vhdx/testing/build-vhdx.ts";
import { assertIdentical, missing, readBy7zip } from "./vhd-judges.ts";

const MIB = 1024 * 1024;

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tintype-vhdx-"));
const path = (name: string): string => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

const openFile = async (file: string): Promise<VirtualDisk> => openVhdx(await openLocalFile(path(file)));

async function writeRaw(disk: VirtualDisk, name: string): Promise<void> {
  await writeToFile(await planRaw(disk), path(name), { overwrite: true });
}

/** Compares what we read with what qemu-img makes of the same file. */
async function assertSameAsQemu(file: string): Promise<void> {
  await run("qemu-img", ["convert", "-f", "vhdx", "-O", "raw", path(file), path("by-qemu.raw")]);
  const expected = await readFile(path("by-qemu.raw"));
  await using disk = await openFile(file);
  assert.equal(disk.virtualSizeBytes, expected.length);
  assert.ok(expected.equals(await disk.read(0, expected.length)));
}

const writings: readonly PlanVhdxOptions[] = [
  { target: "file" },
  { target: "stream" },
  { target: "file", subformat: "fixed" },
  { target: "file", blockSizeBytes: MIB },
  { target: "file", blockSizeBytes: 256 * MIB },
];

for (const [name, disk] of [...Object.entries(shapedTestDisks), ["of more than 2 TiB", largeTestDisk] as const]) {
  for (const options of writings) {
    test(`R-245: a disk ${name}, written as VHDX with ${JSON.stringify(options)}, is sound and identical for qemu-img`, async () => {
      await writeRaw(disk, "content.raw");
      await writeToFile(await planVhdx(disk, options), path("ours.vhdx"), { overwrite: true });
      await run("qemu-img", ["check", "-f", "vhdx", path("ours.vhdx")]);
      await assertIdentical(disk, path("content.raw"), { file: path("ours.vhdx"), format: "vhdx" });
    });
  }
}

/** 7-Zip opens no VHDX, whoever made it, whose disk is not whole pages of 4 KiB. */
const disksFor7zip = Object.entries(shapedTestDisks).map(([name, disk]): readonly [string, TestDisk] => [
  name,
  new TestDisk(Math.ceil(disk.virtualSizeBytes / 4096) * 4096, disk.runs),
]);

test("7-Zip and vhdiinfo read a VHDX of ours as it is", { skip: missing("7zz") || missing("vhdiinfo") }, async () => {
  for (const [name, disk] of disksFor7zip.filter(([, { virtualSizeBytes }]) => virtualSizeBytes < 32 * MIB)) {
    for (const options of writings) {
      await writeToFile(await planVhdx(disk, options), path("zipped.vhdx"), { overwrite: true });
      assert.ok((await readBy7zip(path("zipped.vhdx"), "vhdx")).equals(await disk.read(0, disk.virtualSizeBytes)), name);
      assert.match((await run("vhdiinfo", [path("zipped.vhdx")])).stdout, new RegExp(`\\b${disk.virtualSizeBytes}\\b`));
    }
  }
});

test("7-Zip and vhdiinfo read a VHDX of ours with sectors of 4 KiB", { skip: missing("7zz") || missing("vhdiinfo") }, async () => {
  const disk = new TestDisk(5 * MIB, [{ offset: 4096, length: 3 * MIB, content: "noise" }]);
  Object.defineProperty(disk, "sectorSizeBytes", { value: 4096 });
  await writeToFile(await planVhdx(disk, { target: "file" }), path("coarse.vhdx"));
  assert.ok((await readBy7zip(path("coarse.vhdx"), "vhdx")).equals(await disk.read(0, disk.virtualSizeBytes)));
  assert.match((await run("vhdiinfo", [path("coarse.vhdx")])).stdout, /Bytes per sector\s*: 4096/);
});

for (const options of ["block_size=1M", "block_size=8M", "block_size=256M", "subformat=fixed", "block_state_zero=off", "log_size=3M"]) {
  test(`R-245: what qemu-img writes with ${options} reads as qemu-img reads it`, async () => {
    await writeRaw(shapedTestDisks["full"] ?? new TestDisk(512, []), "content.raw");
    await run("qemu-img", ["convert", "-f", "raw", "-O", "vhdx", "-o", options, path("content.raw"), path("theirs.vhdx")]);
    await assertSameAsQemu("theirs.vhdx");
  });
}

test("a VHDX that was written over and grown in pieces reads as qemu-img reads it", async () => {
  await run("qemu-img", ["create", "-f", "vhdx", "-o", "block_size=1M", path("edited.vhdx"), "30M"]);
  const commands = ["write -P 7 1M 300k", "write -P 9 5000k 3M", "write -P 3 29M 1M", "write -z 2M 64k"].flatMap((command) => [
    "-c",
    command,
  ]);
  await run("qemu-io", ["-f", "vhdx", ...commands, path("edited.vhdx")]);
  await assertSameAsQemu("edited.vhdx");
});

test("R-245: a log that was not played out reads as qemu-img reads it after it has repaired a copy", async () => {
  const blocks = new Map([[0, { state: 6, bytes: Buffer.alloc(MIB, 1) } as const]]);
  const image = buildVhdx({ sizeBytes: 3 * MIB, blocks, logGuid: LOG_GUID });
  const table = Buffer.from(image.file.subarray(image.batOffset, image.batOffset + 4096));
  // The log brings a second block into the table, whose bytes are already there.
  table.writeBigUInt64LE(6n + BigInt(image.file.length), 16);
  const file = Buffer.concat([image.file, Buffer.alloc(MIB, 2)]);
  const grown = { ...image, file };
  const lengths = { flushedFileBytes: file.length, lastFileBytes: file.length };
  placeLogEntry(grown, 4, buildLogEntry({ sequence: 2, tail: 4, ...lengths, writes: [{ offset: image.batOffset, bytes: table }] }));
  await writeFile(path("dirty.vhdx"), file);
  await writeFile(path("repaired.vhdx"), file);
  await run("qemu-img", ["check", "-r", "all", "-f", "vhdx", path("repaired.vhdx")]);
  await run("qemu-img", ["convert", "-f", "vhdx", "-O", "raw", path("repaired.vhdx"), path("repaired.raw")]);
  await using disk = await openFile("dirty.vhdx");
  assert.equal(disk.details["replayedLogEntries"], 1);
  assert.equal((await disk.read(2 * MIB, 1))[0], 2);
  assert.ok((await readFile(path("repaired.raw"))).equals(await disk.read(0, disk.virtualSizeBytes)));
});
