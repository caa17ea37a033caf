/** OVA against tar, sha256sum and qemu-img (package qemu-utils), and xmllint (libxml2-utils) where it is installed. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import { openOva } from "@tintype/disk/ova/open-ova.ts";
import { planOva } from "@tintype/disk/ova/plan-ova.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const MIB = 1024 * 1024;
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tintype-ova-"));
const path = (...names: readonly string[]): string => join(folder, ...names);
after(() => rmSync(folder, { recursive: true }));

const disks = [
  new TestDisk(40 * MIB, [{ offset: 33 * MIB, length: 3 * MIB, content: "text" }]),
  new TestDisk(3 * MIB + 512, [{ offset: 0, length: 70_144, content: "noise" }]),
];

async function writeOracle(disk: TestDisk, file: string): Promise<void> {
  await using handle = await open(file, "w");
  await handle.truncate(disk.virtualSizeBytes);
  for (const { offset, length } of disk.runs) {
    await handle.write(await disk.read(offset, length), 0, length, offset);
  }
}

for (const target of ["file", "stream"] as const) {
  test(`R-082: tar unpacks an OVA made for a ${target}, its hashes are right, and qemu-img finds the same disks inside`, async () => {
    const out = path(target);
    await mkdir(out);
    await writeToFile(await planOva(disks, { target, name: "A & B" }), path(`${target}.ova`));
    await run("tar", ["-xf", path(`${target}.ova`), "-C", out]);
    assert.deepEqual((await readdir(out)).toSorted(), ["disk-disk1.vmdk", "disk-disk2.vmdk", "disk.mf", "disk.ovf"]);
    const manifest = await readFile(join(out, "disk.mf"), "utf8");
    await writeFile(join(out, "sums"), manifest.replace(/^SHA256\((.*)\)= (.*)$/gm, "$2  $1"));
    await run("sha256sum", ["-c", "sums"], { cwd: out });
    for (const [index, disk] of disks.entries()) {
      await writeOracle(disk, path("oracle.raw"));
      await run("qemu-img", ["compare", "-f", "raw", "-F", "vmdk", path("oracle.raw"), join(out, `disk-disk${index + 1}.vmdk`)]);
    }
  });
}

test(
  "the OVF is well-formed for another XML reader",
  { skip: spawnSync("xmllint", ["--version"]).error && "xmllint is not installed" },
  async () => {
    await run("xmllint", ["--noout", path("file", "disk.ovf")]);
  },
);

test("R-082: an OVA that tar packs, in any of its formats, from what qemu-img writes is read", async () => {
  const work = path("packed");
  await mkdir(work);
  await writeOracle(disks[0] ?? assert.fail(), join(work, "oracle.raw"));
  const name = `${"long-".repeat(25)}disk.vmdk`;
  await run("qemu-img", ["convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", "oracle.raw", name], { cwd: work });
  const { size } = await stat(join(work, name));
  const ovf =
    `<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"><References><File href="${name}" id="f" size="${size}"/></References>` +
    `<DiskSection><Info>d</Info><Disk capacity="40" capacityAllocationUnits="byte * 2^20" diskId="d" fileRef="f"/></DiskSection></Envelope>`;
  await writeFile(join(work, "vm.ovf"), ovf);
  for (const format of ["gnu", "ustar", "posix"]) {
    const packed = format === "ustar" ? ["vm.ovf", `./${name}`] : ["vm.ovf", name];
    const made = spawnSync("tar", ["-cf", "vm.ova", `--format=${format}`, ...packed], { cwd: work });
    if (format === "ustar" && made.status !== 0) {
      // A name of over 100 bytes without folders has no place in this one.
      continue;
    }
    await using ova = await openOva(await openLocalFile(join(work, "vm.ova")));
    assert.deepEqual(ova.warnings, []);
    await using disk = await ova.disks[0]?.open();
    const raw = await readFile(join(work, "oracle.raw"));
    assert.ok(raw.equals((await disk?.read(0, raw.length)) ?? Buffer.alloc(0)), format);
  }
});
