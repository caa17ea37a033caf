/** VMDK against qemu-img (package qemu-utils), and 7zz (7zip) and vmdkinfo (libvmdk-utils) where they are installed. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import type { PlannedFile } from "@tintype/disk/core/disk-writer.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { CompressionPool } from "@tintype/disk/pool/compression-pool.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { openVmdk } from "@tintype/disk/vmdk/open-vmdk.ts";
import { planAllocatingVmdk } from "@tintype/disk/vmdk/plan-allocating-vmdk.ts";
import { planSequentialVmdk } from "@tintype/disk/vmdk/plan-sequential-vmdk.ts";
import { planStreamOptimizedVmdk } from "@tintype/disk/vmdk/plan-stream-optimized-vmdk.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const TIB = 1024 * 1024 * MIB;

const run = promisify(execFile);
const isInstalled = (program: string): boolean => spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined;
const without = (program: string): string | false => (isInstalled(program) ? false : `${program} is not installed`);

const root = mkdtempSync(join(tmpdir(), "tintype-vmdk-"));
const pool = new CompressionPool();
after(async () => {
  await pool[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

const disks: Readonly<Record<string, TestDisk>> = {
  tiny: new TestDisk(512, [{ offset: 0, length: 512, content: "text" }]),
  "of odd size": new TestDisk(3 * MIB + 1536, [{ offset: 70 * KIB, length: 2 * MIB, content: "noise" }]),
  "with an unaligned tail": new TestDisk(5 * MIB + 512, [{ offset: 5 * MIB - 1024, length: 1536, content: "text" }]),
  empty: new TestDisk(5 * MIB, []),
  full: new TestDisk(6 * MIB, [
    { offset: 0, length: 3 * MIB, content: "noise" },
    { offset: 3 * MIB, length: 3 * MIB, content: "text" },
  ]),
  "of zeros that count as data": new TestDisk(6 * MIB, [{ offset: 0, length: 6 * MIB, content: "zeros" }]),
  sparse: new TestDisk(
    4096 * MIB,
    Array.from({ length: 60 }, (_, index) => ({
      offset: index * 68 * MIB + 4096,
      length: 4096 + index * 2048,
      content: index % 5 === 0 ? ("noise" as const) : ("text" as const),
    })),
  ),
  "of more than 2 TiB": new TestDisk(2 * TIB + 3 * MIB, [
    { offset: 512, length: 100 * KIB, content: "text" },
    { offset: TIB, length: MIB, content: "noise" },
    { offset: 2 * TIB + 2 * MIB, length: MIB, content: "text" },
  ]),
};

/** Writes the raw file to compare with, without any code of the package. */
async function writeOracle(disk: TestDisk, path: string): Promise<void> {
  await using file = await open(path, "wx");
  await file.truncate(disk.virtualSizeBytes);
  for (const { offset, length } of disk.runs) {
    await file.write(await disk.read(offset, length), 0, length, offset);
  }
}

/** Opens an image with all files of its folder beside it. */
async function openSet(path: string, parent?: VirtualDisk): Promise<VirtualDisk> {
  const folder = join(path, "..");
  const names = (await readdir(folder)).filter((name) => name !== basename(path) && name.endsWith(".vmdk"));
  const related = await Promise.all(names.map(async (name) => ({ name, source: await openLocalFile(join(folder, name)) })));
  return openVmdk(await openLocalFile(path), { related, parent });
}

async function assertSame(image: string, raw: string): Promise<void> {
  await using disk = await openSet(image);
  await using expected = await openRaw(await openLocalFile(raw));
  assert.deepEqual(await compareDisks(disk, expected), { equal: true, sizeDifferenceBytes: 0 });
}

/** Lets qemu-img read what a disk holds and nothing else: it needs a minute to compare 2 TiB of holes. */
async function assertRunsForQemu(image: string, disk: TestDisk): Promise<void> {
  const part = join(image, "..", "part.raw");
  for (const { offset, length } of disk.runs) {
    // It counts `count` from the beginning of the disk.
    const place = ["bs=512", `skip=${offset / 512}`, `count=${(offset + length) / 512}`];
    await run("qemu-img", ["dd", "-f", "vmdk", "-O", "raw", ...place, `if=${image}`, `of=${part}`]);
    assert.deepEqual((await readFile(part)).subarray(0, length), await disk.read(offset, length));
    await rm(part);
  }
}

const creations: readonly string[] = [
  "subformat=monolithicSparse",
  "subformat=monolithicSparse,zeroed_grain=on,compat6=on",
  "subformat=streamOptimized",
  "subformat=monolithicFlat",
  "subformat=twoGbMaxExtentSparse",
  "subformat=twoGbMaxExtentFlat",
];

for (const options of creations) {
  test(`R-243: a VMDK that qemu-img writes with ${options} reads as the disk it was made from`, async () => {
    for (const name of ["of odd size", "full", "sparse", "empty"]) {
      const folder = await mkdtemp(join(root, "read-"));
      const [raw, image] = [join(folder, "oracle.raw"), join(folder, "image.vmdk")];
      await writeOracle(disks[name] ?? assert.fail(), raw);
      await run("qemu-img", ["convert", "-f", "raw", "-O", "vmdk", "-o", options, raw, image]);
      await assertSame(image, raw);
      await rm(folder, { recursive: true });
    }
  });
}

test("R-243: a VMDK that was written over and zeroed in pieces reads as qemu-img reads it", async () => {
  const folder = await mkdtemp(join(root, "edit-"));
  const [image, raw] = [join(folder, "image.vmdk"), join(folder, "by-qemu.raw")];
  await run("qemu-img", ["create", "-f", "vmdk", "-o", "zeroed_grain=on", image, "100M"]);
  const commands = [
    "write -P 3 0 128k",
    "write -P 1 90M 300k",
    "write -z 91M 1M",
    "write -z 0 64k",
    "write -P 9 33M 5k",
    "write -z 33M 64k",
  ];
  await run("qemu-io", ["-f", "vmdk", ...commands.flatMap((command) => ["-c", command]), image]);
  await run("qemu-img", ["convert", "-f", "vmdk", "-O", "raw", image, raw]);
  await assertSame(image, raw);
  await rm(folder, { recursive: true });
});

for (const subformat of ["monolithicSparse", "twoGbMaxExtentSparse"]) {
  test(`R-243: a chain of ${subformat} snapshots that qemu-img makes reads as qemu-img reads it, with its parents given`, async () => {
    const folder = await mkdtemp(join(root, "delta-"));
    const [base, middle, top, raw] = ["base.vmdk", "middle.vmdk", "top.vmdk", "by-qemu.raw"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    const create = ["create", "-f", "vmdk", "-o", `subformat=${subformat}`];
    const write = (image: string, ...commands: readonly string[]) =>
      run("qemu-io", ["-f", "vmdk", ...commands.flatMap((command) => ["-c", command]), image]);
    await run("qemu-img", [...create, base, "40M"]);
    await write(base, "write -P 1 0 5M", "write -P 2 39M 1M");
    await run("qemu-img", [...create, "-b", base, "-F", "vmdk", middle]);
    await write(middle, "write -P 3 1M 100k", "write -P 4 30M 512");
    // A snapshot may be longer than what it was made over.
    await run("qemu-img", [...create, "-b", middle, "-F", "vmdk", top, "50M"]);
    await write(top, "write -P 5 39M 64k", "write -P 6 45M 3k");
    await run("qemu-img", ["convert", "-f", "vmdk", "-O", "raw", top, raw]);
    await assert.rejects(openSet(top), { code: "disk.unsafe", message: /its parent/ });
    await using disk = await openSet(top, await openSet(middle, await openSet(base)));
    await using expected = await openRaw(await openLocalFile(raw));
    assert.deepEqual(await compareDisks(disk, expected), { equal: true, sizeDifferenceBytes: 0 });
    // A parent that was written to is another one: its content id has changed.
    await write(base, "write -P 7 0 512");
    await assert.rejects(openSet(middle, await openSet(base)), { code: "disk.unsafe", message: /the content id/ });
    await rm(folder, { recursive: true });
  });
}

const planners: Readonly<Record<string, (disk: VirtualDisk) => Promise<PlannedFile>>> = {
  "monolithicSparse for a stream": planSequentialVmdk,
  "monolithicSparse for a file": planAllocatingVmdk,
  streamOptimized: (disk) => planStreamOptimizedVmdk(disk, { pool }),
};

for (const [kind, plan] of Object.entries(planners)) {
  for (const [name, disk] of Object.entries(disks)) {
    test(`R-243: a disk ${name}, written as ${kind}, is sound and identical for qemu-img`, async () => {
      const folder = await mkdtemp(join(root, "write-"));
      const [raw, image] = [join(folder, "oracle.raw"), join(folder, "image.vmdk")];
      await writeOracle(disk, raw);
      await writeToFile(await plan(disk), image);
      // Both end with an error, and so reject, when anything is wrong.
      await run("qemu-img", ["check", "-f", "vmdk", image]);
      await (disk.virtualSizeBytes > TIB
        ? assertRunsForQemu(image, disk)
        : run("qemu-img", ["compare", "-f", "raw", "-F", "vmdk", raw, image]));
      await assertSame(image, raw);
      await rm(folder, { recursive: true });
    });
  }
}

test("a monolithicSparse file is no larger than what qemu-img writes", async () => {
  const folder = await mkdtemp(join(root, "size-"));
  const [raw, ours, theirs] = [join(folder, "oracle.raw"), join(folder, "ours.vmdk"), join(folder, "theirs.vmdk")];
  const disk = disks["sparse"] ?? assert.fail();
  await writeOracle(disk, raw);
  await writeToFile(await planAllocatingVmdk(disk), ours);
  await run("qemu-img", ["convert", "-f", "raw", "-O", "vmdk", raw, theirs]);
  const [mine, other] = [await stat(ours), await stat(theirs)];
  assert.ok(mine.size <= other.size * 1.02 && mine.blocks <= other.blocks * 1.02, `${mine.size} and ${other.size} bytes`);
  await rm(folder, { recursive: true });
});

for (const [kind, plan] of Object.entries(planners)) {
  test(`vmdkinfo reads what is written as ${kind}`, { skip: without("vmdkinfo") }, async () => {
    const folder = await mkdtemp(join(root, "vmdkinfo-"));
    const image = join(folder, "disk.vmdk");
    await writeToFile(await plan(disks["full"] ?? assert.fail()), image);
    const { stdout } = await run("vmdkinfo", [image]);
    assert.match(stdout, new RegExp(`Media size:.*\\(${6 * MIB} bytes\\)`));
    assert.match(stdout, kind === "streamOptimized" ? /Stream optimized/ : /Monolithic sparse/);
    await rm(folder, { recursive: true });
  });

  test(`7zz unpacks the same disk from what is written as ${kind}`, { skip: without("7zz") }, async () => {
    const folder = await mkdtemp(join(root, "7zz-"));
    const image = join(folder, "disk.vmdk");
    const disk = disks["full"] ?? assert.fail();
    await writeToFile(await plan(disk), image);
    await run("7zz", ["e", "-tvmdk", `-o${join(folder, "out")}`, image]);
    const [name = ""] = await readdir(join(folder, "out"));
    const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    assert.equal(digest(await readFile(join(folder, "out", name))), digest(await disk.read(0, disk.virtualSizeBytes)));
    await rm(folder, { recursive: true });
  });
}
