/** ZVHD, ZVHD2 and wrapped disks, judged by readers that know nothing of this package. Needs qemu-utils; python3 and zstd where they are there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { zstdCompressSync } from "node:zlib";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import type { PlannedFile } from "@tintype/disk/core/disk-writer.ts";
import { isZero } from "@tintype/disk/core/is-zero.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openQcow2 } from "@tintype/disk/qcow2/open-qcow2.ts";
import { CompressionPool } from "@tintype/disk/pool/compression-pool.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { openWrapped } from "@tintype/disk/wrapped/open-wrapped.ts";
import { planZvhd } from "@tintype/disk/zvhd/plan-zvhd.ts";
import type { StoredFrame } from "@tintype/disk/zvhd2/group-frames.ts";
import { planStoredZvhd2 } from "@tintype/disk/zvhd2/plan-stored-zvhd2.ts";
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

/**
 * A reader in another language: ZVHD by one inflater over the whole file, ZVHD2 by its index, zstd by the `zstd` command and by one call of the
 * reference library for a block, as the published reader of the format does it.
 */
const judge = String.raw`
import ctypes, ctypes.util, struct, subprocess, sys, zlib
library = ctypes.util.find_library("zstd")
def unzstd(packed):
    unpacked = subprocess.run(["zstd", "-dc"], input=packed, stdout=subprocess.PIPE, check=True).stdout
    if library:
        decompress = ctypes.CDLL(library).ZSTD_decompress
        decompress.restype = ctypes.c_size_t
        size = struct.unpack_from("<I", last, 88)[0]
        room = ctypes.create_string_buffer(size)
        assert decompress(room, ctypes.c_size_t(size), packed, ctypes.c_size_t(len(packed))) == size
        assert room.raw == unpacked
    return unpacked
data = open(sys.argv[1], "rb").read()
last = data[-4096:]
size = struct.unpack_from("<Q", last, 40)[0]
raw = open(sys.argv[2], "wb")
raw.truncate(size)
def put(block, content):
    at = block * (struct.unpack_from("<I", last, 88)[0] if data[:6] == b"z2strm" else 1 << 21)
    raw.seek(at)
    raw.write(content[: size - at])
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
        put(block, unzstd(packed) if last[141] else zlib.decompress(packed))
`;

/** Gives out the disk in pieces as a store keeps them: nothing for zeros, and raw where zstd does not pay. */
async function* framesOf(source: VirtualDisk, frameBytes: number): AsyncGenerator<StoredFrame> {
  for (let offset = 0; offset < source.virtualSizeBytes; offset += frameBytes) {
    const content = await source.read(offset, Math.min(frameBytes, source.virtualSizeBytes - offset));
    if (!isZero(content)) {
      const frame = zstdCompressSync(content);
      const isSmaller = frame.length < content.length;
      yield { offset, length: content.length, form: isSmaller ? "zstd" : "raw", bytes: isSmaller ? frame : content };
    }
  }
}

async function planFrames(source: VirtualDisk, frameBytes: number): Promise<PlannedFile> {
  const { virtualSizeBytes: sizeBytes } = source;
  return planStoredZvhd2({ sizeBytes, frameBytes, dataBytes: 8 * MIB, frames: () => framesOf(source, frameBytes) });
}

const plans: readonly (readonly [name: string, plan: (source: VirtualDisk) => Promise<PlannedFile>])[] = [
  ["ZVHD", (source) => planZvhd(source, { pool })],
  ["ZVHD2 with zstd", (source) => planZvhd2(source, { pool })],
  ["ZVHD2 of stored frames of 64 KiB", (source) => planFrames(source, 64 * 1024)],
  ["ZVHD2 of stored frames of 512 KiB", (source) => planFrames(source, 512 * 1024)],
  ["ZVHD2 of stored frames of 4 MiB", (source) => planFrames(source, 4 * MIB)],
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
