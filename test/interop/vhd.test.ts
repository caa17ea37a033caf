/** VHD: what others write is read, what this package writes is read by others. Needs qemu-utils; 7zip and libvhdi-utils where they are there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { planRaw } from "@tintype/disk/raw/plan-raw.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { openVhd } from "@tintype/disk/vhd/open-vhd.ts";
import type { OpenVhdOptions } from "@tintype/disk/vhd/open-vhd.ts";
import { planVhd } from "@tintype/disk/vhd/plan-vhd.ts";
import { shapedTestDisks } from "@tintype/disk/mapped/testing/block-test-disks.ts";
import { buildVhd } from "@tintype/disk/vhd/testing/build-vhd.ts";
import { assertIdentical, missing, qemuSizeOf, readBy7zip } from "./vhd-judges.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tintype-vhd-"));
const path = (name: string): string => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

const without7zip = missing("7zz");
const withoutVhdiinfo = missing("vhdiinfo");

const openFile = async (file: string, options?: OpenVhdOptions): Promise<VirtualDisk> => openVhd(await openLocalFile(path(file)), options);

/** Disks that fit into a file: the largest as holes. */
const disks = Object.entries(shapedTestDisks);

async function writeRaw(disk: VirtualDisk, name: string): Promise<void> {
  await writeToFile(await planRaw(disk), path(name), { overwrite: true });
}

for (const [name, disk] of disks) {
  for (const options of [{ target: "file" }, { target: "stream" }, { target: "file", subformat: "fixed" }] as const) {
    const kind = `${"subformat" in options ? "fixed" : "dynamic"} VHD for a ${options.target}`;
    test(`R-244: a disk ${name}, written as a ${kind}, is identical for qemu-img`, async () => {
      await writeRaw(disk, "content.raw");
      const plan = await planVhd(disk, options);
      if (options.target === "stream") {
        // Holes cannot be streamed into a file, so large disks are written as a file and their length is compared.
        await (disk.virtualSizeBytes > GIB
          ? writeToFile(plan, path("ours.vhd"), { overwrite: true })
          : writeFile(path("ours.vhd"), toStream(plan)));
        assert.equal((await stat(path("ours.vhd"))).size, plan.totalBytes);
      } else {
        await writeToFile(plan, path("ours.vhd"), { overwrite: true });
      }
      await assertIdentical(disk, path("content.raw"), { file: path("ours.vhd"), format: "vpc" });
    });
  }
}

test(
  "R-071: a VHD of ours has the exact size for qemu-img and vhdiinfo, and Azure's form whole MiB",
  { skip: withoutVhdiinfo },
  async () => {
    for (const [sizeBytes, azure, expected] of [
      [2 * GIB, false, 2 * GIB],
      [40 * GIB, false, 40 * GIB],
      [3 * MIB + 512, true, 4 * MIB],
    ] as const) {
      for (const subformat of ["fixed", "dynamic"] as const) {
        const plan = await planVhd(new TestDisk(sizeBytes, []), { target: "stream", subformat, azure });
        await writeToFile(plan, path("exact.vhd"), { overwrite: true });
        assert.equal(await qemuSizeOf(path("exact.vhd"), "vpc"), expected);
        assert.match((await run("vhdiinfo", [path("exact.vhd")])).stdout, new RegExp(`\\b${expected}\\b`));
      }
    }
  },
);

test("7-Zip reads a VHD of ours as it is", { skip: without7zip }, async () => {
  for (const [name, disk] of disks.filter(([, { virtualSizeBytes }]) => virtualSizeBytes < 32 * MIB)) {
    for (const options of [{ target: "file" }, { target: "stream" }, { target: "file", subformat: "fixed" }] as const) {
      await writeToFile(await planVhd(disk, options), path("zipped.vhd"), { overwrite: true });
      assert.ok((await readBy7zip(path("zipped.vhd"), "vhd")).equals(await disk.read(0, disk.virtualSizeBytes)), name);
    }
  }
});

for (const options of ["subformat=dynamic", "subformat=dynamic,force_size=on", "subformat=fixed", "subformat=fixed,force_size=on"]) {
  test(`R-244: what qemu-img writes with ${options} reads as qemu-img reads it`, async () => {
    const disk = shapedTestDisks["full"] ?? new TestDisk(512, []);
    await writeRaw(disk, "content.raw");
    await run("qemu-img", ["convert", "-f", "raw", "-O", "vpc", "-o", options, path("content.raw"), path("theirs.vhd")]);
    await run("qemu-img", ["convert", "-f", "vpc", "-O", "raw", path("theirs.vhd"), path("theirs.raw")]);
    const expected = await readFile(path("theirs.raw"));
    await using ours = await openFile("theirs.vhd");
    assert.equal(ours.virtualSizeBytes, expected.length);
    assert.ok(expected.equals(await ours.read(0, expected.length)));
    assert.equal(expected.length > disk.virtualSizeBytes, !options.includes("force_size"), "qemu-img rounds up unless it is told not to");
  });
}

test("R-071: the VHD of a disk of 2 GiB that qemu-img made is read with the size it has, and a warning says what happened", async () => {
  await run("qemu-img", ["create", "-f", "vpc", path("rounded.vhd"), "2G"]);
  await using disk = await openFile("rounded.vhd");
  assert.equal(disk.virtualSizeBytes, 2_147_991_552);
  assert.equal(disk.warnings.length, 1);
  assert.match(disk.warnings[0]?.message ?? "", /rounds sizes up .* 3 GiB/s);
});

test("a VHD that was written over in pieces reads as qemu-img reads it", async () => {
  await run("qemu-img", ["create", "-f", "vpc", "-o", "force_size=on", path("edited.vhd"), "30M"]);
  const commands = ["write -P 7 1M 300k", "write -P 9 5000k 3M", "write -P 3 29M 1M", "write -z 2M 64k"].flatMap((command) => [
    "-c",
    command,
  ]);
  await run("qemu-io", ["-f", "vpc", ...commands, path("edited.vhd")]);
  await run("qemu-img", ["convert", "-f", "vpc", "-O", "raw", path("edited.vhd"), path("edited.raw")]);
  const expected = await readFile(path("edited.raw"));
  await using disk = await openFile("edited.vhd");
  assert.ok(expected.equals(await disk.read(0, expected.length)));
});

test("R-244: a differencing VHD over its parent reads as 7-Zip reads it", { skip: without7zip }, async () => {
  const block = 2 * MIB;
  const parent = { type: "dynamic", sizeBytes: 2 * block, blockBytes: block, uniqueIdByte: 5 } as const;
  const bytes = (value: number): Buffer => Buffer.alloc(block, `block ${value} `);
  await writeFile(
    path("parent.vhd"),
    buildVhd({
      ...parent,
      blocks: new Map([
        [0, { bytes: bytes(1) }],
        [1, { bytes: bytes(2) }],
      ]),
    }).file,
  );
  const blocks = new Map([[0, { bytes: bytes(3), isStored: (sector: number) => sector % 5 < 2 }]]);
  await writeFile(path("child.vhd"), buildVhd({ ...parent, type: "differencing", parentIdByte: 5, parentName: "parent.vhd", blocks }).file);
  await using disk = await openFile("child.vhd", { parent: await openFile("parent.vhd") });
  assert.ok((await readBy7zip(path("child.vhd"), "vhd")).equals(await disk.read(0, disk.virtualSizeBytes)));
});

test("a conversion from the one type to the other and back changes nothing", async () => {
  const disk = shapedTestDisks["of odd size"] ?? new TestDisk(512, []);
  await writeToFile(await planVhd(disk, { target: "file", subformat: "fixed" }), path("fixed.vhd"));
  await using fixed = await openFile("fixed.vhd");
  await writeToFile(await planVhd(fixed, { target: "file" }), path("dynamic.vhd"));
  await using dynamic = await openFile("dynamic.vhd");
  assert.deepEqual(await compareDisks(disk, dynamic), { equal: true, sizeDifferenceBytes: 0 });
});
