import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { open, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import { listExtents } from "@tintype/disk/core/testing/list-extents.ts";
import { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { detectFormat } from "@tintype/disk/detect/detect-format.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const DISK_BYTES = 24 * MIB + 3 * 512;

const folder = mkdtempSync(join(tmpdir(), "tintype-disk-read-"));
const path = (name: string): string => join(folder, name);
const content = path("content.raw");

after(() => rmSync(folder, { recursive: true }));

/** A disk with long and short stretches of compressible and random data between holes. */
before(async () => {
  const random = new SeededRandom(11);
  await using file = await open(content, "w");
  await file.truncate(DISK_BYTES);
  for (const [offset, length] of [
    [0, 512],
    [70_000, 300_000],
    [4 * MIB, 3 * MIB],
    [9 * MIB + 512, 5],
    [12 * MIB, 64 * KIB],
    [DISK_BYTES - 100_000, 100_000],
  ] as const) {
    const bytes = random.oneIn(2) ? random.bytes(length) : Buffer.from(Array.from({ length }, (_, index) => (index >> 7) + offset));
    await file.write(bytes, 0, length, offset);
  }
});

function qemuImg(...args: readonly string[]): void {
  execFileSync("qemu-img", args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** Runs commands of qemu-io in one go, so that they are in one session of the image. */
function qemuIo(image: string, ...commands: readonly string[]): void {
  execFileSync("qemu-io", ["-f", "qcow2", ...commands.flatMap((command) => ["-c", command]), image], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

const openFile = async (file: string): Promise<VirtualDisk> => openDisk(await openLocalFile(file));

/** Reads an image whole, and in odd pieces, and compares it with what qemu-img makes of it. */
async function assertSameAsQemu(image: string): Promise<Pick<VirtualDisk, "warnings" | "details">> {
  const raw = path("by-qemu.raw");
  qemuImg("convert", "-f", "qcow2", "-O", "raw", image, raw);
  const expected = await readFile(raw);
  await using disk = await openFile(image);
  assert.equal(disk.virtualSizeBytes, expected.length);
  const random = new SeededRandom(image.length);
  for (let offset = 0; offset < expected.length;) {
    const length = Math.min(1 + random.below(700_000), expected.length - offset);
    assert.ok(expected.subarray(offset, offset + length).equals(await disk.read(offset, length)), `${length} bytes at ${offset}`);
    offset += length;
  }
  for (const extent of await listExtents(disk)) {
    if (extent.kind !== "data") {
      const bytes = expected.subarray(extent.offset, extent.offset + extent.length);
      assert.ok(bytes.equals(Buffer.alloc(bytes.length)), `${extent.kind} at ${extent.offset}`);
    }
  }
  await using other = await openFile(raw);
  assert.deepEqual(await compareDisks(disk, other), { equal: true, sizeDifferenceBytes: 0 });
  return { warnings: disk.warnings, details: disk.details };
}

const creationOptions = [
  "compat=0.10",
  "compat=0.10,cluster_size=512",
  ...["512", "1k", "4k", "64k", "512k", "2M"].map((size) => `cluster_size=${size}`),
  ...["1", "2", "4", "8", "32", "64"].map((bits) => `refcount_bits=${bits}`),
  ...["metadata", "falloc", "full"].map((kind) => `preallocation=${kind}`),
  "extended_l2=on",
  "extended_l2=on,cluster_size=16k",
  "extended_l2=on,cluster_size=2M,preallocation=metadata",
  "lazy_refcounts=on",
];

for (const options of creationOptions) {
  test(`R-242: an image made with ${options} reads as qemu-img reads it`, async () => {
    const image = path("plain.qcow2");
    qemuImg("convert", "-f", "raw", "-O", "qcow2", "-o", options, content, image);
    await assertSameAsQemu(image);
    await using disk = await openFile(image);
    await using raw = await openFile(content);
    assert.deepEqual(await compareDisks(disk, raw), { equal: true, sizeDifferenceBytes: 0 });
  });
}

for (const compression of ["zlib", "zstd"]) {
  for (const cluster of ["cluster_size=512", "cluster_size=4k", "cluster_size=64k", "cluster_size=2M", "cluster_size=64k,extended_l2=on"]) {
    test(`R-242: an image compressed with ${compression}, ${cluster}, reads as qemu-img reads it`, async () => {
      const image = path("compressed.qcow2");
      qemuImg("convert", "-c", "-f", "raw", "-O", "qcow2", "-o", `compression_type=${compression},${cluster}`, content, image);
      const { details } = await assertSameAsQemu(image);
      assert.equal(details["compression"], compression);
    });
  }
}

test("an image that was written over, zeroed and discarded in pieces reads as qemu-img reads it", async () => {
  for (const options of ["compat=1.1", "extended_l2=on", "cluster_size=4k,compression_type=zstd"]) {
    const image = path("edited.qcow2");
    qemuImg("create", "-f", "qcow2", "-o", options, image, "8M");
    const commands: string[] = [
      "write -c -P 3 0 128k",
      "write -P 1 1M 300k",
      "write -z 1100k 200k",
      "write -z -u 2M 64k",
      "discard 1M 64k",
    ];
    const random = new SeededRandom(options.length);
    for (let count = 0; count < 60; count += 1) {
      const verb = random.pick(["write -P 7", "write -P 9", "write -z", "write -z -u", "discard"]);
      const offset = random.below(8 * 2048 - 300) * 512;
      commands.push(`${verb} ${offset} ${(1 + random.below(299)) * 512}`);
    }
    qemuIo(image, ...commands);
    await assertSameAsQemu(image);
  }
});

test("R-242: with internal snapshots the active state is read, and the snapshots are told", async () => {
  const image = path("snapshots.qcow2");
  qemuImg("convert", "-f", "raw", "-O", "qcow2", content, image);
  qemuImg("snapshot", "-c", "first", image);
  qemuIo(image, "write -P 5 1M 2M");
  qemuImg("snapshot", "-c", "second", image);
  qemuIo(image, "write -P 6 2M 2M", "write -z 70000 70000");
  const { warnings, details } = await assertSameAsQemu(image);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["qcow2.snapshots"],
  );
  assert.equal(details["snapshots"], 2);
});

test("an image that was not closed is read with a warning", async () => {
  const image = path("dirty.qcow2");
  qemuImg("convert", "-f", "raw", "-O", "qcow2", "-o", "lazy_refcounts=on", content, image);
  const aborted = spawnSync("qemu-io", ["-f", "qcow2", "-c", "write -P 8 16M 1M", "-c", "flush", "-c", "abort", image]);
  assert.equal(aborted.signal, "SIGABRT");
  const expected = await readFile(content);
  expected.fill(8, 16 * MIB, 17 * MIB);
  await using disk = await openFile(image);
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["qcow2.dirty"],
  );
  assert.ok(expected.equals(await disk.read(0, DISK_BYTES)));
});

test("an image with dirty bitmaps is read, and the bitmaps are counted", async () => {
  const image = path("bitmaps.qcow2");
  qemuImg("convert", "-f", "raw", "-O", "qcow2", content, image);
  qemuImg("bitmap", "--add", image, "one");
  qemuImg("bitmap", "--add", image, "two");
  assert.equal((await assertSameAsQemu(image)).details["bitmaps"], 2);
});

test("an image that was grown and shrunk reads as qemu-img reads it", async () => {
  const image = path("resized.qcow2");
  qemuImg("convert", "-f", "raw", "-O", "qcow2", content, image);
  qemuImg("resize", image, "2G");
  qemuImg("resize", "--shrink", image, "5M");
  await assertSameAsQemu(image);
});

test("an empty disk of 16 TiB opens at once", async () => {
  const image = path("huge.qcow2");
  qemuImg("create", "-f", "qcow2", image, "16T");
  await using disk = await openFile(image);
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: 16 * 1024 ** 4, kind: "hole" }]);
});

test("the qcow2 of another writer, e2image, reads as qemu-img reads it", { skip: !existsSync("/usr/sbin/e2image") }, async () => {
  const filesystem = path("ext4.raw");
  await writeFile(filesystem, "");
  await truncate(filesystem, 16 * MIB);
  execFileSync("/usr/sbin/mke2fs", ["-q", "-F", "-t", "ext4", filesystem]);
  const image = path("ext4.qcow2");
  execFileSync("/usr/sbin/e2image", ["-Q", filesystem, image], { stdio: "ignore" });
  await assertSameAsQemu(image);
});

const secret = ["--object", "secret,id=key,data=secret"];

/** On a busy machine qemu-img gives up measuring how fast it makes keys; a next try mostly succeeds. */
function untilCpuTimeIsKnown(work: () => void): void {
  for (let tries = 1; ; tries += 1) {
    try {
      work();
      return;
    } catch (error) {
      if (tries === 10 || !String(error).includes("accurate CPU usage")) {
        throw error;
      }
    }
  }
}

const refusals: readonly { readonly name: string; readonly code: string; readonly message: RegExp; make(image: string): void }[] = [
  {
    name: "a backing file",
    code: "disk.unsafe",
    message: /backing file/,
    make: (image) => qemuImg("create", "-f", "qcow2", "-b", content, "-F", "raw", image),
  },
  {
    name: "an external data file",
    code: "disk.unsafe",
    message: /external file/,
    make: (image) => qemuImg("create", "-f", "qcow2", "-o", `data_file=${path("data.raw")},data_file_raw=on`, image, "8M"),
  },
  {
    name: "LUKS inside",
    code: "disk.unsafe",
    message: /LUKS/,
    make: (image) =>
      untilCpuTimeIsKnown(() =>
        qemuImg("create", ...secret, "-f", "qcow2", "-o", "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10", image, "8M"),
      ),
  },
  {
    name: "AES inside",
    code: "disk.unsafe",
    message: /AES/,
    make: (image) => qemuImg("create", ...secret, "-f", "qcow2", "-o", "encrypt.format=aes,encrypt.key-secret=key", image, "8M"),
  },
];

for (const { name, code, message, make } of refusals) {
  test(`R-242: an image with ${name} is refused`, async () => {
    const image = path("refused.qcow2");
    make(image);
    await assert.rejects(openFile(image), { code, message });
  });
}

test("an image that was cut off is refused where the missing part is named", async () => {
  const image = path("cut.qcow2");
  qemuImg("convert", "-f", "raw", "-O", "qcow2", content, image);
  await truncate(image, 1 * MIB);
  await using disk = await openFile(image);
  await assert.rejects(listExtents(disk), { code: "disk.truncated", message: /names data at \d+, and the file ends at 1048576/ });
});

const foreignFormats: readonly (readonly [format: string, args: readonly string[]])[] = [
  ["vmdk", ["-O", "vmdk"]],
  ["vmdk", ["-O", "vmdk", "-o", "subformat=streamOptimized"]],
  ["vmdk-descriptor", ["-O", "vmdk", "-o", "subformat=monolithicFlat"]],
  ["vdi", ["-O", "vdi"]],
  ["vhdx", ["-O", "vhdx"]],
  ["vhd", ["-O", "vpc"]],
  ["vhd", ["-O", "vpc", "-o", "subformat=fixed"]],
  ["qcow", ["-O", "qcow"]],
  ["qed", ["-O", "qed"]],
  ["parallels", ["-O", "parallels"]],
];

for (const [format, args] of foreignFormats) {
  test(`what qemu-img writes with ${args.join(" ")} is detected as ${format}, and is not taken for a raw disk`, async () => {
    const image = path("foreign");
    qemuImg("convert", "-f", "raw", ...args, content, image);
    await using source = await openLocalFile(image);
    assert.equal((await detectFormat(source)).format, format);
    if (format === "parallels") {
      await assert.rejects(openFile(image), { code: "disk.unsupported" });
    }
    await assert.rejects(openDisk(await openLocalFile(image), { declaredFormat: "raw" }), { code: "disk.mislabelled" });
  });
}

test("a disk encrypted with LUKS and one compressed with xz or bzip2 are refused by name; through gzip and zstd it is read", async () => {
  const luks = path("luks");
  untilCpuTimeIsKnown(() => qemuImg("create", ...secret, "-f", "luks", "-o", "key-secret=key,iter-time=10", luks, "1M"));
  await assert.rejects(openFile(luks), { code: "disk.unsafe", message: /LUKS/ });
  const disk = Buffer.alloc(102_400, 3);
  for (const tool of ["gzip", "xz", "bzip2", "zstd"]) {
    const wrapped = path(`wrapped.${tool}`);
    await writeFile(wrapped, execFileSync(tool, ["-c"], { input: disk }));
    if (tool === "gzip" || tool === "zstd") {
      await using inside = await openFile(wrapped);
      assert.ok(Buffer.from(await inside.read(0, disk.length)).equals(disk));
      continue;
    }
    await assert.rejects(openFile(wrapped), { code: "disk.unsupported", message: new RegExp(tool), remedy: /Unpack it first/ });
  }
});

test("a guest that writes a qcow2 header into its raw disk does not get it read as qcow2", async () => {
  const disk = path("guest.raw");
  qemuImg("create", "-f", "qcow2", "-b", "/etc/hostname", "-F", "raw", disk, "1M");
  await assert.rejects(openDisk(await openLocalFile(disk), { declaredFormat: "raw" }), { code: "disk.mislabelled" });
});
