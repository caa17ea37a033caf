import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { open, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { checkDisk } from "@tintype/disk/check/check-disk.ts";
import type { CheckReport } from "@tintype/disk/check/check-report.ts";
import { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const DISK_BYTES = 24 * MIB + 3 * 512;

const folder = mkdtempSync(join(tmpdir(), "tintype-disk-check-"));
const path = (name: string): string => join(folder, name);
const content = path("content.raw");

after(() => rmSync(folder, { recursive: true }));

/** A disk with long and short stretches of compressible and random data between holes. */
before(async () => {
  const random = new SeededRandom(12);
  await using file = await open(content, "w");
  await file.truncate(DISK_BYTES);
  for (const [offset, length] of [
    [0, 512],
    [70_000, 300_000],
    [4 * MIB, 3 * MIB],
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

function qemuIo(image: string, ...commands: readonly string[]): void {
  execFileSync("qemu-io", ["-f", "qcow2", ...commands.flatMap((command) => ["-c", command]), image], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Ends without closing the image, as a crash does. */
function qemuIoAborting(image: string, ...commands: readonly string[]): void {
  const aborted = spawnSync("qemu-io", ["-f", "qcow2", ...[...commands, "flush", "abort"].flatMap((command) => ["-c", command]), image]);
  assert.equal(aborted.signal, "SIGABRT");
}

const figures = {
  "total-clusters": "totalClusters",
  "allocated-clusters": "allocatedClusters",
  "compressed-clusters": "compressedClusters",
  "image-end-offset": "imageEndOffsetBytes",
  corruptions: "corruptions",
  leaks: "leaks",
} as const;

/** Checks an image, and compares the figures with those of qemu-img, which leaves out those that are 0. */
async function assertSameAsQemu(image: string): Promise<CheckReport> {
  const { stdout, stderr } = spawnSync("qemu-img", ["check", "-f", "qcow2", "--output=json", image], { encoding: "utf8" });
  assert.match(stdout, /^\{/, stderr);
  const byQemu: Readonly<Record<string, unknown>> = JSON.parse(stdout);
  const report = await checkDisk(await openLocalFile(image), { readData: true });
  for (const [name, ours] of Object.entries(figures)) {
    assert.equal(report.facts[ours], byQemu[name] ?? 0, `${name}: ${stderr}\n${JSON.stringify(report.faults)}`);
  }
  return report;
}

async function assertClean(image: string): Promise<void> {
  const report = await assertSameAsQemu(image);
  assert.deepEqual([report.faults, report.leakedBytes, report.omittedFaults], [[], 0, 0]);
  assert.equal(report.checkedBytes, report.facts["diskBytes"]);
  assert.equal(report.facts["readBytes"], report.facts["dataBytes"]);
}

const creationOptions = [
  "compat=0.10",
  "compat=0.10,cluster_size=512",
  ...["512", "1k", "4k", "64k", "512k", "2M"].map((size) => `cluster_size=${size}`),
  ...["1", "2", "4", "8", "16", "32", "64"].map((bits) => `refcount_bits=${bits}`),
  ...["1", "64"].map((bits) => `refcount_bits=${bits},cluster_size=512`),
  ...["metadata", "falloc", "full"].map((kind) => `preallocation=${kind}`),
  "extended_l2=on",
  "extended_l2=on,cluster_size=16k",
  "extended_l2=on,cluster_size=2M,preallocation=metadata",
  "lazy_refcounts=on",
];

for (const options of creationOptions) {
  test(`an image made with ${options} is as clean as qemu-img finds it`, async () => {
    const image = path("plain.qcow2");
    qemuImg("convert", "-f", "raw", "-O", "qcow2", "-o", options, content, image);
    await assertClean(image);
  });
}

for (const compression of ["zlib", "zstd"]) {
  for (const cluster of ["cluster_size=512", "cluster_size=4k", "cluster_size=64k", "cluster_size=2M", "extended_l2=on"]) {
    test(`an image compressed with ${compression}, ${cluster}, is as clean as qemu-img finds it`, async () => {
      const image = path("compressed.qcow2");
      qemuImg("convert", "-c", "-f", "raw", "-O", "qcow2", "-o", `compression_type=${compression},${cluster}`, content, image);
      await assertClean(image);
    });
  }
}

test("an image that was written over, zeroed, discarded and snapshotted is as clean as qemu-img finds it", async () => {
  for (const options of ["compat=1.1", "compat=0.10", "extended_l2=on", "cluster_size=4k,compression_type=zstd", "refcount_bits=4"]) {
    const image = path("edited.qcow2");
    qemuImg("create", "-f", "qcow2", "-o", options, image, "9M");
    const random = new SeededRandom(options.length);
    const verbs =
      options === "compat=0.10" ? ["write -P 7", "discard"] : ["write -P 7", "write -P 9", "write -z", "write -z -u", "discard"];
    for (let round = 0; round < 4; round += 1) {
      const commands = [`write -c -P 3 ${8 * MIB + round * 128 * KIB} 128k`];
      for (let count = 0; count < 20; count += 1) {
        const offset = random.below(8 * 2048 - 300) * 512;
        commands.push(`${random.pick(verbs)} ${offset} ${(1 + random.below(299)) * 512}`);
      }
      qemuIo(image, ...commands);
      qemuImg("snapshot", "-c", `round-${round}`, image);
    }
    await assertClean(image);
    qemuImg("snapshot", "-d", "round-1", image);
    qemuImg("snapshot", "-a", "round-0", image);
    await assertClean(image);
  }
});

test("an image with bitmaps is as clean as qemu-img finds it", async () => {
  const image = path("bitmaps.qcow2");
  qemuImg("convert", "-f", "raw", "-O", "qcow2", content, image);
  qemuImg("bitmap", "--add", image, "one");
  qemuImg("bitmap", "--add", "-g", "64k", image, "two");
  qemuIo(image, "write -P 1 2M 3M");
  await assertClean(image);
});

test("an image that was grown and shrunk is as clean as qemu-img finds it", async () => {
  const image = path("resized.qcow2");
  qemuImg("convert", "-f", "raw", "-O", "qcow2", content, image);
  qemuImg("resize", image, "2G");
  await assertClean(image);
  qemuImg("resize", "--shrink", image, "5M");
  await assertClean(image);
  qemuImg("create", "-f", "qcow2", image, "16T");
  await assertClean(image);
});

test("an image that was not closed has counts that are too low, as many as qemu-img finds", async () => {
  const image = path("dirty.qcow2");
  qemuImg("convert", "-f", "raw", "-O", "qcow2", "-o", "lazy_refcounts=on", content, image);
  qemuIoAborting(image, "write -P 8 16M 1M");
  const report = await assertSameAsQemu(image);
  assert.deepEqual(
    report.warnings.map(({ code }) => code),
    ["qcow2.dirty", "qcow2.copiedFlags"],
  );
  assert.deepEqual([...new Set(report.faults.map(({ code }) => code))], ["qcow2.countTooLow"]);
});

test(
  "what a crash and e2image leave behind is a leak, as long as qemu-img finds it",
  { skip: !existsSync("/usr/sbin/e2image") },
  async () => {
    const filesystem = path("ext4.raw");
    await writeFile(filesystem, "");
    await truncate(filesystem, 16 * MIB);
    execFileSync("/usr/sbin/mke2fs", ["-q", "-F", "-t", "ext4", filesystem]);
    const image = path("ext4.qcow2");
    execFileSync("/usr/sbin/e2image", ["-Q", filesystem, image], { stdio: "ignore" });
    const report = await assertSameAsQemu(image);
    assert.ok(Number(report.facts["leaks"]) > 0);
    assert.ok(report.faults.length > 0 && report.faults.every(({ severity, code }) => severity === "leak" && code === "qcow2.leak"));
    assert.ok((report.leakedBytes ?? 0) > 0);
  },
);

/** Where the parts of an image are that a test damages. */
async function partsOf(image: string): Promise<{ refcountTable: bigint; l1: bigint; l2: bigint; block: bigint; firstEntry: bigint }> {
  await using file = await open(image);
  const word = async (offset: bigint): Promise<bigint> => {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, Number(offset));
    return buffer.readBigUInt64BE();
  };
  const [refcountTable, l1] = [await word(48n), await word(40n)];
  const l2 = (await word(l1)) & 0x00ff_ffff_ffff_fe00n;
  return { refcountTable, l1, l2, block: await word(refcountTable), firstEntry: await word(l2) };
}

async function writeAt(image: string, offset: bigint, value: bigint, width: 2 | 8 = 8): Promise<void> {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  await using file = await open(image, "r+");
  await file.write(bytes, 8 - width, width, Number(offset));
}

const COPIED = 1n << 63n;

const damages: readonly {
  readonly name: string;
  readonly codes: readonly string[];
  damage(image: string, parts: Awaited<ReturnType<typeof partsOf>>): Promise<void>;
}[] = [
  {
    name: "an L2 entry that repeats another one",
    codes: ["qcow2.countTooLow", "qcow2.leak"],
    damage: (image, { l2, firstEntry }) => writeAt(image, l2 + 64n * 8n, firstEntry),
  },
  {
    name: "an L2 entry over the L2 table",
    codes: ["qcow2.overlap", "qcow2.leak"],
    damage: (image, { l2 }) => writeAt(image, l2, l2 | COPIED),
  },
  {
    name: "an L2 entry over the header",
    codes: ["qcow2.metadata", "qcow2.overlap", "qcow2.leak"],
    damage: (image, { l2 }) => writeAt(image, l2 + 8n, 0x1_0000n | COPIED | (1n << 57n)),
  },
  {
    name: "a misaligned L2 entry",
    codes: ["qcow2.metadata", "qcow2.countTooLow"],
    damage: (image, { l2, firstEntry }) => writeAt(image, l2, firstEntry + 512n),
  },
  {
    name: "an L2 entry behind the end",
    codes: ["qcow2.metadata", "qcow2.leak"],
    damage: (image, { l2 }) => writeAt(image, l2, (1n << 40n) | COPIED),
  },
  {
    name: "an L1 entry behind the end",
    codes: ["qcow2.metadata", "qcow2.leak"],
    damage: (image, { l1 }) => writeAt(image, l1, (1n << 40n) | COPIED),
  },
  {
    name: "an L1 entry with reserved bits",
    codes: ["qcow2.metadata"],
    damage: (image, { l1, l2 }) => writeAt(image, l1, l2 | COPIED | (1n << 60n)),
  },
  {
    name: "a refcount table entry behind the end",
    codes: ["qcow2.metadata"],
    damage: (image, { refcountTable }) => writeAt(image, refcountTable + 8n, 1n << 40n),
  },
  {
    name: "a misaligned refcount table entry",
    codes: ["qcow2.metadata"],
    damage: (image, { refcountTable }) => writeAt(image, refcountTable + 8n, 0x1_0200n),
  },
  {
    name: "a count that is too low",
    codes: ["qcow2.countTooLow"],
    damage: (image, { block, firstEntry }) => writeAt(image, block + ((firstEntry & ~COPIED) / 0x1_0000n) * 2n, 0n, 2),
  },
  {
    name: "a count that is too high",
    codes: ["qcow2.countTooHigh"],
    damage: (image, { block, firstEntry }) => writeAt(image, block + ((firstEntry & ~COPIED) / 0x1_0000n) * 2n, 7n, 2),
  },
  {
    name: "a missing copied flag",
    codes: [],
    damage: (image, { l2, firstEntry }) => writeAt(image, l2, firstEntry & ~COPIED),
  },
];

for (const { name, codes, damage } of damages) {
  test(`${name} is found, with the figures of qemu-img`, async () => {
    const image = path("damaged.qcow2");
    qemuImg("convert", "-f", "raw", "-O", "qcow2", content, image);
    await damage(image, await partsOf(image));
    const report = await assertSameAsQemu(image);
    const found = new Set(report.faults.map(({ code }) => code).filter((code) => code.startsWith("qcow2.")));
    assert.deepEqual([...found].sort(), [...codes].sort());
  });
}

const otherFormats: readonly (readonly [format: string, args: readonly string[]])[] = [
  ["vdi", ["-O", "vdi"]],
  ["vdi", ["-O", "vdi", "-o", "static=on"]],
  ["qed", ["-O", "qed"]],
  ["qed", ["-O", "qed", "-o", "cluster_size=16k,table_size=2"]],
  ["vhd", ["-O", "vpc"]],
  ["vhd", ["-O", "vpc", "-o", "subformat=fixed"]],
  ["vhdx", ["-O", "vhdx"]],
  ["vhdx", ["-O", "vhdx", "-o", "block_size=1M"]],
  ["vmdk", ["-O", "vmdk"]],
  ["vmdk", ["-O", "vmdk", "-o", "subformat=streamOptimized"]],
  ["qcow", ["-O", "qcow"]],
];

for (const [format, args] of otherFormats) {
  test(`what qemu-img writes with ${args.join(" ")} has no faults`, async () => {
    const image = path("other");
    qemuImg("convert", "-f", "raw", ...args, content, image);
    const report = await checkDisk(await openLocalFile(image), { readData: true });
    assert.equal(report.format, format);
    assert.deepEqual([report.faults, report.leakedBytes ?? 0], [[], 0]);
    assert.equal(report.checkedBytes, report.facts["diskBytes"]);
    assert.equal(report.facts["readBytes"], report.facts["dataBytes"]);
  });
}

test("many entries of one image that are damaged at random are found, with the figures of qemu-img", async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const random = new SeededRandom(seed);
    const image = path("random.qcow2");
    qemuImg("convert", "-f", "raw", "-O", "qcow2", "-o", `cluster_size=${random.pick(["4k", "64k"])}`, content, image);
    const { l2, block } = await partsOf(image);
    for (let count = 0; count < 10; count += 1) {
      await writeAt(image, l2 + BigInt(random.below(200)) * 8n, BigInt(random.below(600)) * 0x1000n + (random.oneIn(2) ? COPIED : 0n));
      await writeAt(image, block + BigInt(random.below(100)) * 2n, BigInt(random.below(3)), 2);
    }
    await assertSameAsQemu(image);
  }
});
