/** What the tests of formats in blocks share: other programs that judge our files. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import type { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";

const MIB = 1024 * 1024;

/** Disks up to this size are compared whole; of larger ones every run of data with its surroundings, since qemu-img would read all zeros. */
const COMPARED_WHOLE_BYTES = 1024 * MIB;
const SURROUNDINGS_BYTES = MIB;

const run = promisify(execFile);

/** Answers the reason to skip a test when a program is not installed, else false. */
export function missing(program: string): string | false {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return false;
  } catch {
    return `${program} is not installed`;
  }
}

/** What qemu-img says that the size of the disk is. */
export async function qemuSizeOf(file: string, format: string): Promise<number> {
  const { stdout } = await run("qemu-img", ["info", "-f", format, "--output=json", file]);
  return (JSON.parse(stdout) as { "virtual-size": number })["virtual-size"];
}

/** Checks with qemu-img that a file has exactly the size and content of a disk, whose content is in a raw file too. */
export async function assertIdentical(disk: TestDisk, raw: string, { file, format }: { file: string; format: string }): Promise<void> {
  assert.equal(await qemuSizeOf(file, format), disk.virtualSizeBytes);
  const isWhole = disk.virtualSizeBytes <= COMPARED_WHOLE_BYTES;
  const windows = isWhole ? [{ offset: 0, length: disk.virtualSizeBytes }] : disk.runs;
  for (const { offset, length } of windows) {
    const from = Math.max(offset - SURROUNDINGS_BYTES, 0);
    const window = `driver=raw,offset=${from},size=${Math.min(offset + length + SURROUNDINGS_BYTES, disk.virtualSizeBytes) - from}`;
    const ours = `${window},file.driver=${format},file.file.driver=file,file.file.filename=${file}`;
    await run("qemu-img", ["compare", "--image-opts", `${window},file.driver=file,file.filename=${raw}`, ours]);
  }
}

/** What 7-Zip reads as the content of an image. */
export async function readBy7zip(file: string, type: "vhd" | "vhdx" | "vdi" | "qcow"): Promise<Buffer> {
  const { stdout } = await run("7zz", ["e", "-so", `-t${type}`, file], { encoding: "buffer", maxBuffer: 64 * MIB });
  return stdout;
}
