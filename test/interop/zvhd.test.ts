/** ZVHD, ZVHD2 and wrapped disks, judged by readers that know nothing of this package. Needs qemu-utils; python3 and zstd where they are there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import type { PlannedFile } from "@tintype/disk/core/disk-writer.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openQcow2 } from "@tintype/disk/qcow2/open-qcow2.ts";
import { CompressionPool } from "@tintype/disk/pool/compression-pool.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { openWrapped } from "@tintype/disk/wrapped/open-wrapped.ts";
import { planZvhd } from "@tintype/disk/zvhd/plan-zvhd.ts";
import { planZvhd2 } from "@tintype/disk/zvhd2/plan-zvhd2.ts";
import { missing } from "./vhd-judges.ts";

const run = promisify(execFile);
const MIB = 1024 * 1024;
const folder = await mkdtemp(join(tmpdir(), "tintype-zvhd-"));
const pool = new CompressionPool();
after(async () => {
  await pool[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const disk = new TestDisk(600 * MIB + 512, [
  { offset: 512, length: 5 * MIB, content: "text" },
  { offset: 300 * MIB - 1024, length: 3 * MIB, content: "noise" },
  { offset: 600 * MIB, length: 512, content: "text" },
]);
const oracle = join(folder, "oracle.raw");
{
  await using file = await open(oracle, "wx");
  await file.truncate(disk.virtualSizeBytes);
  for (const { offset, length } of disk.runs) {
    await file.write(await disk.read(offset, length), 0, length, offset);
  }
}

/** A reader in another language: ZVHD by one inflater over the whole file, ZVHD2 by its index, zstd by the `zstd` command. */
const judge = String.raw`
import struct, subprocess, sys, zlib
data = open(sys.argv[1], "rb").read()
last = data[-4096:]
size = struct.unpack_from("<Q", last, 40)[0]
raw = open(sys.argv[2], "wb")
raw.truncate(size)
def put(block, content):
    raw.seek(block << 21)
    raw.write(content[: size - (block << 21)])
def payload(at):
    length, block = struct.unpack_from("<II", data, at + 12)
    return length, block, data[at + 48 : at + 48 + length]
if data[:6] == b"stream":
    inflater, at = zlib.decompressobj(), 4096
    while data[at : at + 8] == b"hwstream":
        length, block, packed = payload(at)
        put(block, inflater.decompress(packed))
        at += (length + 52 + 4095) // 4096 * 4096
    assert at == len(data) - 4096
else:
    at = struct.unpack_from("<Q", last, 96)[0]
    for entry in range(struct.unpack_from("<I", last, 136)[0]):
        offset, block = struct.unpack_from("<QI", data, at + 16 * entry)
        packed = payload(offset)[2]
        zstd = lambda: subprocess.run(["zstd", "-dc"], input=packed, stdout=subprocess.PIPE, check=True).stdout
        put(block, zstd() if last[141] else zlib.decompress(packed))
`;

const plans: readonly (readonly [name: string, plan: (source: VirtualDisk) => Promise<PlannedFile>])[] = [
  ["ZVHD", (source) => planZvhd(source, { pool })],
  ["ZVHD2 with zstd", (source) => planZvhd2(source, { pool })],
  ["ZVHD2 with zlib", (source) => planZvhd2(source, { pool, method: "zlib" })],
];

for (const [name, plan] of plans) {
  test(
    `R-252: a qcow2 image of qemu-img, written as ${name}, is identical for another reader`,
    { skip: missing("python3") || missing("zstd") },
    async () => {
      const [qcow2, written, read] = ["source.qcow2", "written", "read.raw"].map((file) => join(folder, file)) as [string, string, string];
      await run("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", oracle, qcow2]);
      await using source = await openQcow2(await openLocalFile(qcow2));
      await writeToFile(await plan(source), written, { overwrite: true });
      await run("python3", ["-c", judge, written, read]);
      await run("qemu-img", ["compare", "-f", "raw", "-F", "raw", oracle, read]);
    },
  );
}

for (const [tool, kind, flags] of [
  ["gzip", "gzip", ["-k", "-1"]],
  ["zstd", "zstd", ["-q", "-k", "-3"]],
  ["zstd", "zstd", ["-q", "-k", "-19", "-T2"]],
] as const) {
  test(`a disk compressed by ${tool} ${flags.join(" ")} is read through`, { skip: missing(tool) }, async () => {
    const packed = `${oracle}.${kind === "gzip" ? "gz" : "zst"}`;
    await rm(packed, { force: true });
    await run(tool, [...flags, oracle]);
    await using wrapped = await openWrapped(await openLocalFile(packed), kind);
    assert.deepEqual(await compareDisks(wrapped, disk), { equal: true, sizeDifferenceBytes: 0 });
  });
}
