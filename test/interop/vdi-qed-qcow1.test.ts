/** VDI, QED and QCOW version 1: what qemu-img writes is read, what this package writes is read by others. Needs qemu-utils; 7zip where it is there. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import type { PlannedFile } from "@tintype/disk/core/disk-writer.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { detectFormat } from "@tintype/disk/detect/detect-format.ts";
import { openQcow1 } from "@tintype/disk/qcow1/open-qcow1.ts";
import { planQcow1 } from "@tintype/disk/qcow1/plan-qcow1.ts";
import { openQed } from "@tintype/disk/qed/open-qed.ts";
import { planQed } from "@tintype/disk/qed/plan-qed.ts";
import { planRaw } from "@tintype/disk/raw/plan-raw.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { openVdi } from "@tintype/disk/vdi/open-vdi.ts";
import { planVdi } from "@tintype/disk/vdi/plan-vdi.ts";
import { largeTestDisk, shapedTestDisks } from "@tintype/disk/mapped/testing/block-test-disks.ts";
import { assertIdentical, missing, readBy7zip } from "./vhd-judges.ts";

const MIB = 1024 * 1024;

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tintype-vdi-"));
const path = (name: string): string => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

interface Format {
  readonly name: "vdi" | "qed" | "qcow";
  readonly requirement: string;
  /** Whether qemu-img can check the file's structure. */
  readonly isChecked: boolean;
  /** What qemu-img can be asked for. */
  readonly variants: readonly (readonly string[])[];
  open(source: ByteSource): Promise<VirtualDisk>;
  plan(disk: VirtualDisk, options: { readonly target: "file" | "stream" }): Promise<PlannedFile>;
}

const formats: readonly Format[] = [
  {
    name: "vdi",
    requirement: "R-248",
    isChecked: true,
    variants: [[], ["-o", "static=on"]],
    open: openVdi,
    plan: planVdi,
  },
  {
    name: "qed",
    requirement: "R-249",
    isChecked: true,
    variants: [[], ["-o", "cluster_size=4k,table_size=2"], ["-o", "cluster_size=4k,table_size=16"], ["-o", "cluster_size=2M,table_size=2"]],
    open: openQed,
    plan: planQed,
  },
  { name: "qcow", requirement: "R-247", isChecked: false, variants: [[], ["-c"]], open: openQcow1, plan: planQcow1 },
];

/** Long and short stretches of data between holes, over several blocks and tables. */
const content = new TestDisk(40 * MIB + 1536, [
  { offset: 0, length: 512, content: "text" },
  { offset: 70_144, length: 300_032, content: "text" },
  { offset: 4 * MIB, length: 3 * MIB, content: "noise" },
  { offset: 12 * MIB, length: 65_536, content: "zeros" },
  { offset: 40 * MIB - 99_328, length: 100_352, content: "text" },
]);

const openFile = async (format: Format, file: string): Promise<VirtualDisk> => format.open(await openLocalFile(path(file)));

async function writeRaw(disk: VirtualDisk, name: string): Promise<void> {
  await writeToFile(await planRaw(disk), path(name), { overwrite: true });
}

/** Compares our reading of an image with what qemu-img makes of it. */
async function assertReadsAsQemu(format: Format, file: string): Promise<void> {
  await run("qemu-img", ["convert", "-f", format.name, "-O", "raw", path(file), path("by-qemu.raw")]);
  await using ours = await openFile(format, file);
  await using theirs = await openRaw(await openLocalFile(path("by-qemu.raw")));
  assert.deepEqual(await compareDisks(ours, theirs), { equal: true, sizeDifferenceBytes: 0 });
}

/** Converts by qemu-img, which compresses all of a QCOW and then fails without a word at its end: so the content decides. */
async function convertByQemu(format: string, variant: readonly string[]): Promise<void> {
  const convert = run("qemu-img", ["convert", "-f", "raw", "-O", format, ...variant, path("content.raw"), path("theirs")]);
  await (variant.includes("-c") ? Promise.allSettled([convert]) : convert);
  await run("qemu-img", ["compare", "-f", "raw", "-F", format, path("content.raw"), path("theirs")]);
}

before(() => writeRaw(content, "content.raw"));

for (const format of formats) {
  const { name, requirement } = format;

  for (const variant of format.variants) {
    test(`${requirement}: what qemu-img writes with ${["-O", name, ...variant].join(" ")} is detected, and reads as it was`, async () => {
      await convertByQemu(name, variant);
      await using source = await openLocalFile(path("theirs"));
      assert.equal((await detectFormat(source)).format, name);
      await using disk = await openFile(format, "theirs");
      assert.deepEqual(await compareDisks(disk, content), { equal: true, sizeDifferenceBytes: 0 });
      assert.deepEqual(disk.warnings, []);
    });
  }

  for (const [shape, disk] of Object.entries({ ...shapedTestDisks, "of more than 2 TiB": largeTestDisk })) {
    test(`${requirement}: a disk ${shape}, written as ${name}, is sound and identical for qemu-img`, async () => {
      await writeRaw(disk, "shape.raw");
      for (const target of ["file", "stream"] as const) {
        const plan = await format.plan(disk, { target });
        await writeToFile(plan, path("ours"), { overwrite: true });
        assert.equal((await stat(path("ours"))).size, plan.totalBytes ?? (await stat(path("ours"))).size);
        await assertIdentical(disk, path("shape.raw"), { file: path("ours"), format: name });
        if (format.isChecked) {
          await run("qemu-img", ["check", "-f", name, path("ours")]);
        }
      }
    });
  }

  test(`${requirement}: a ${name} file is no larger than qemu-img's`, async () => {
    const [ours, theirs] = [path("ours"), path("theirs")];
    await writeToFile(await format.plan(content, { target: "file" }), ours, { overwrite: true });
    await run("qemu-img", ["convert", "-f", "raw", "-O", name, path("content.raw"), theirs]);
    assert.ok((await stat(ours)).blocks <= (await stat(theirs)).blocks * 1.02);
  });

  test(`${requirement}: a ${name} that qemu wrote over in pieces reads as qemu-img reads it`, async () => {
    await run("qemu-img", ["create", "-f", name, path("edited"), "24M"]);
    const commands = ["write -P 7 20M 300k", "write -P 8 1000k 100k", "write -z 20M 128k", "write -P 9 5M 2M", "write -P 1 1050k 512"];
    await run("qemu-io", ["-f", name, ...commands.flatMap((command) => ["-c", command]), path("edited")]);
    await assertReadsAsQemu(format, "edited");
  });
}

for (const { name, plan } of formats.filter((format) => format.name !== "qed")) {
  test(`a ${name} of ours has the content of the disk for 7-Zip`, { skip: missing("7zz") }, async () => {
    for (const target of ["file", "stream"] as const) {
      await writeToFile(await plan(content, { target }), path(`ours.${name}`), { overwrite: true });
      const bytes = await readBy7zip(path(`ours.${name}`), name === "vdi" ? "vdi" : "qcow");
      assert.ok(bytes.equals(await content.read(0, content.virtualSizeBytes)));
    }
  });
}

test("R-249: a QED that was not closed is read when its clusters are used once, as qemu-img reads it", async () => {
  const format = formats.find(({ name }) => name === "qed") ?? assert.fail();
  await run("qemu-img", ["create", "-f", "qed", path("dirty"), "8M"]);
  const aborted = spawnSync("qemu-io", [
    "-f",
    "qed",
    "-c",
    "write -P 8 1M 1M",
    "-c",
    "write -z 1M 128k",
    "-c",
    "flush",
    "-c",
    "abort",
    path("dirty"),
  ]);
  assert.equal(aborted.signal, "SIGABRT");
  await using disk = await openFile(format, "dirty");
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["qed.needsCheck"],
  );
  assert.deepEqual(Buffer.from(await disk.read(1200 * 1024, 8)), Buffer.alloc(8, 8));
  await assertReadsAsQemu(format, "dirty");
});

const secret = ["--object", "secret,id=key,data=secret"];

const refusals: readonly {
  readonly title: string;
  readonly name: Format["name"];
  readonly message: RegExp;
  readonly args: readonly string[];
}[] = [
  {
    title: "a backing file",
    name: "qed",
    message: /backing file/,
    args: ["-f", "qed", "-b", path("content.raw"), "-F", "raw", path("refused")],
  },
  {
    title: "a backing file",
    name: "qcow",
    message: /backing file/,
    args: ["-f", "qcow", "-b", path("content.raw"), "-F", "raw", path("refused")],
  },
  {
    title: "AES inside",
    name: "qcow",
    message: /AES/,
    args: [...secret, "-f", "qcow", "-o", "encrypt.format=aes,encrypt.key-secret=key", path("refused"), "8M"],
  },
];

for (const { title, name, message, args } of refusals) {
  test(`a ${name} with ${title}, made by qemu-img, is refused`, async () => {
    const format = formats.find((candidate) => candidate.name === name) ?? assert.fail();
    await run("qemu-img", ["create", ...args]);
    await assert.rejects(openFile(format, "refused"), { code: "disk.unsafe", message });
  });
}
