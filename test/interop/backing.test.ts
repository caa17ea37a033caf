/** Chains of images over backing files, as qemu-img (package qemu-utils) makes them. Every layer is given; none is opened by its name. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { checkDisk } from "@tintype/disk/check/check-disk.ts";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tintype-backing-"));
const path = (name: string): string => join(folder, name);
const openFile = async (name: string, parent?: VirtualDisk): Promise<VirtualDisk> => openDisk(await openLocalFile(path(name)), { parent });

before(() => run("qemu-img", ["create", "-f", "raw", path("base.raw"), "30M"]));
after(() => rmSync(folder, { recursive: true }));

async function write(format: string, name: string, ...commands: readonly string[]): Promise<void> {
  await run("qemu-io", ["-f", format, ...commands.flatMap((command) => ["-c", command]), path(name)]);
}

const chains: readonly {
  readonly requirement: string;
  readonly format: string;
  readonly options: readonly string[];
  readonly zeroes: boolean;
}[] = [
  { requirement: "R-242", format: "qcow2", options: [], zeroes: true },
  { requirement: "R-242", format: "qcow2", options: ["-o", "extended_l2=on,cluster_size=128k"], zeroes: true },
  { requirement: "R-242", format: "qcow2", options: ["-o", "compat=0.10"], zeroes: false },
  { requirement: "R-249", format: "qed", options: [], zeroes: true },
  { requirement: "R-247", format: "qcow", options: [], zeroes: false },
];

for (const { requirement, format, options, zeroes } of chains) {
  test(`${requirement}: a chain of ${[format, ...options].join(" ")} over raw reads as qemu-img reads it, with its backing files given`, async () => {
    await write("raw", "base.raw", "write -P 1 0 5M", "write -P 2 28M 2M");
    await run("qemu-img", ["create", "-f", format, ...options, "-b", path("base.raw"), "-F", "raw", path("middle")]);
    await write(format, "middle", "write -P 3 1M 100k", "write -P 4 20M 512", ...(zeroes ? ["write -z 2M 1M"] : []));
    // The top is longer than what lies beneath, where it reads zeros.
    await run("qemu-img", ["create", "-f", format, ...options, "-b", path("middle"), "-F", format, path("top"), "40M"]);
    await write(format, "top", "write -P 5 28M 70k", "write -P 6 35M 3k");
    await run("qemu-img", ["convert", "-f", format, "-O", "raw", path("top"), path("by-qemu.raw")]);
    await assert.rejects(openFile("top"), { code: "disk.unsafe", message: /backing file/ });
    const layers = async (): Promise<VirtualDisk> => openFile("middle", await openRaw(await openLocalFile(path("base.raw"))));
    await using disk = await openFile("top", await layers());
    await using expected = await openFile("by-qemu.raw");
    assert.deepEqual(await compareDisks(disk, expected), { equal: true, sizeDifferenceBytes: 0 });
    const report = await checkDisk(await openLocalFile(path("top")), { parent: await layers(), readData: true });
    assert.deepEqual(report.faults, []);
  });
}

test("R-242: a raw backing file into which a guest wrote a qcow2 header is not read as qcow2", async () => {
  await run("qemu-img", ["create", "-f", "qcow2", path("inner"), "30M"]);
  for (const format of ["qcow2", "qed"]) {
    await run("qemu-img", ["create", "-f", format, "-b", path("inner"), "-F", "raw", path("over")]);
    await assert.rejects(openFile("over", await openFile("inner")), {
      code: "disk.unsafe",
      message: /backing file in "raw", and a qcow2 disk/,
    });
  }
});

test("an image that needs no backing file takes none", async () => {
  await writeFile(path("some.raw"), Buffer.alloc(512));
  for (const format of ["qcow2", "qed", "qcow"]) {
    await run("qemu-img", ["create", "-f", format, path("alone"), "1M"]);
    await assert.rejects(openFile("alone", await openFile("some.raw")), { code: "disk.unsafe", message: /stands on its own/ });
  }
});
