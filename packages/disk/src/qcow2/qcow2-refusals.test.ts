import assert from "node:assert/strict";
import { test } from "node:test";
import type { DiskErrorCode } from "../core/disk-error.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openQcow2 } from "./open-qcow2.ts";
import { buildQcow2 } from "./testing/build-qcow2.ts";
import type { BuiltQcow2, ClusterContent, Qcow2Recipe } from "./testing/build-qcow2.ts";

const CLUSTER = 64 * 1024;

const clusters = new Map<number, ClusterContent>([
  [0, { kind: "data", bytes: Buffer.alloc(CLUSTER, 1) }],
  [1, { kind: "compressed", bytes: Buffer.alloc(CLUSTER, 2) }],
  [8192, { kind: "data", bytes: Buffer.alloc(CLUSTER, 3) }],
]);

/** A sound image over two L2 tables, that each case breaks in one place. */
const sound: Qcow2Recipe = { sizeBytes: 8193 * CLUSTER, clusters };

interface RefusalCase {
  readonly title: string;
  readonly code: DiskErrorCode;
  readonly message: RegExp;
  readonly recipe?: Partial<Qcow2Recipe>;
  break(image: BuiltQcow2): void | Uint8Array;
}

const u32 =
  (offset: number, value: number): RefusalCase["break"] =>
  ({ file }) =>
    void file.writeUInt32BE(value, offset);
const u64 =
  (offset: number, value: bigint): RefusalCase["break"] =>
  ({ file }) =>
    void file.writeBigUInt64BE(value, offset);

const atOpening: readonly RefusalCase[] = [
  { title: "less than a header", code: "disk.truncated", message: /header is cut off/, break: ({ file }) => file.subarray(0, 60) },
  {
    title: "version 3 with the header of version 2",
    code: "disk.truncated",
    message: /header is cut off/,
    break: ({ file }) => file.subarray(0, 90),
  },
  { title: "version 4", code: "disk.unsupported", message: /version 4/, break: u32(4, 4) },
  { title: "clusters of 256 bytes", code: "disk.corrupt", message: /cluster_bits at 20 is 8/, break: u32(20, 8) },
  { title: "clusters of 4 MiB", code: "disk.corrupt", message: /cluster_bits at 20 is 22/, break: u32(20, 22) },
  { title: "a backing file", code: "disk.unsafe", message: /backing file/, break: u64(8, 200n) },
  { title: "encryption by AES", code: "disk.unsafe", message: /AES/, break: u32(32, 1) },
  { title: "encryption by LUKS", code: "disk.unsafe", message: /LUKS/, break: u32(32, 2) },
  { title: "an unknown encryption", code: "disk.unsafe", message: /unknown method 9/, break: u32(32, 9) },
  { title: "the corrupt mark", code: "disk.corrupt", message: /marked as corrupt/, break: u32(76, 2) },
  { title: "an external data file", code: "disk.unsafe", message: /external file/, break: u32(76, 4) },
  {
    title: "unknown incompatible features",
    code: "disk.unsupported",
    message: /incompatible bits 5, 63\./,
    break: u64(72, (1n << 63n) | 32n),
  },
  {
    title: "the name of an external data file without its mark",
    code: "disk.unsafe",
    message: /external file/,
    recipe: { extensions: [{ type: 0x44415441, data: Buffer.from("/etc/passwd") }] },
    break: () => undefined,
  },
  {
    title: "subclusters in clusters of 4 KiB",
    code: "disk.corrupt",
    message: /at least 16 KiB/,
    recipe: { clusterBits: 12, clusters: new Map() },
    break: u32(76, 16),
  },
  { title: "refcounts of 128 bits", code: "disk.corrupt", message: /refcount_order at 96 is 7/, break: u32(96, 7) },
  { title: "a header length below 104", code: "disk.corrupt", message: /header_length at 100 is 96/, break: u32(100, 96) },
  { title: "a header length that is no multiple of 8", code: "disk.corrupt", message: /header_length at 100 is 110/, break: u32(100, 110) },
  { title: "a header longer than a cluster", code: "disk.corrupt", message: /header_length/, break: u32(100, CLUSTER + 8) },
  {
    title: "a compression type without its mark",
    code: "disk.corrupt",
    message: /compression_type at 104 is 1/,
    break: ({ file }) => void file.writeUInt8(1, 104),
  },
  { title: "the mark of a compression type without one", code: "disk.corrupt", message: /compression_type at 104 is 0/, break: u32(76, 8) },
  {
    title: "an unknown compression type",
    code: "disk.unsupported",
    message: /compression type 2/,
    break: ({ file }) => void file.writeUInt8(2, 104),
  },
  { title: "a size of 2^63", code: "disk.limit", message: /claims 9223372036854776000 bytes/, break: u64(24, 1n << 63n) },
  { title: "a size of 65 TiB", code: "disk.limit", message: /at most 70368744177664/, break: u64(24, 65n << 40n) },
  { title: "a size of nothing", code: "disk.corrupt", message: /size at 24 is 0/, break: u64(24, 0n) },
  { title: "an L1 table over 32 MiB", code: "disk.limit", message: /L1 table/, break: u32(36, 4 * 1024 * 1024 + 1) },
  { title: "an L1 table smaller than the disk needs", code: "disk.corrupt", message: /has 1 entries, .* needs 2/, break: u32(36, 1) },
  { title: "an L1 table at 0", code: "disk.corrupt", message: /l1_table_offset at 40 is 0/, break: u64(40, 0n) },
  { title: "a misaligned L1 table", code: "disk.corrupt", message: /l1_table_offset at 40/, break: u64(40, 65_537n) },
  { title: "an L1 table behind the end", code: "disk.truncated", message: /l1_table_offset at 40/, break: u64(40, 1n << 62n) },
  { title: "an L1 table that the end cuts off", code: "disk.truncated", message: /L1 table at \d+/, break: u32(36, 4 * 1024 * 1024) },
  { title: "a refcount table at 0", code: "disk.corrupt", message: /refcount_table_offset at 48/, break: u64(48, 0n) },
  { title: "a misaligned refcount table", code: "disk.corrupt", message: /refcount_table_offset at 48/, break: u64(48, 512n) },
  { title: "a refcount table behind the end", code: "disk.truncated", message: /refcount_table_offset at 48/, break: u64(48, 1n << 40n) },
  { title: "a refcount table of no clusters", code: "disk.corrupt", message: /refcount_table_clusters at 56 is 0/, break: u32(56, 0) },
  { title: "a refcount table over 8 MiB", code: "disk.limit", message: /refcount table/, break: u32(56, 129) },
  { title: "too many snapshots", code: "disk.limit", message: /65537 snapshots/, break: u32(60, 65_537) },
  { title: "snapshots without a table", code: "disk.corrupt", message: /snapshots_offset at 64/, break: u32(60, 1) },
  {
    title: "an extension that leaves the cluster",
    code: "disk.corrupt",
    message: /extension at 112/,
    break: u64(112, (1n << 32n) | BigInt(CLUSTER)),
  },
  {
    title: "reserved bits in an L1 entry",
    code: "disk.corrupt",
    message: /L1 entry 0/,
    break: ({ file, l1Offset }) => void file.writeUInt8(0x81, l1Offset),
  },
  {
    title: "a misaligned L1 entry",
    code: "disk.corrupt",
    message: /L1 entry 1/,
    break: ({ file, l1Offset }) => void file.writeUInt8(2, l1Offset + 14),
  },
  {
    title: "an L1 entry behind the end",
    code: "disk.truncated",
    message: /L1 entry 1 .* L2 table at/,
    break: ({ file, l1Offset }) => void file.writeUInt8(1, l1Offset + 11),
  },
  {
    title: "two L1 entries for one L2 table",
    code: "disk.corrupt",
    message: /share an L2 table/,
    break: ({ file, l1Offset }) => void file.copy(file, l1Offset + 8, l1Offset, l1Offset + 8),
  },
  {
    title: "an L2 table over the L1 table",
    code: "disk.corrupt",
    message: /inside the header or the L1 table/,
    break: ({ file, l1Offset }) => void file.writeBigUInt64BE(BigInt(l1Offset), l1Offset + 8),
  },
];

for (const refusal of atOpening) {
  test(`an image with ${refusal.title} is refused when it is opened`, async () => {
    await assert.rejects(openQcow2(new MemorySource(brokenImage(refusal))), {
      name: "DiskError",
      code: refusal.code,
      message: refusal.message,
    });
  });
}

/** Changes the 64 bits of the L2 entry of one of the guest's clusters. */
const entry =
  (cluster: number, change: (entry: bigint) => bigint, wordOffset = 0): RefusalCase["break"] =>
  (image) => {
    const at = image.l2EntryOffset(cluster) + wordOffset;
    image.file.writeBigUInt64BE(change(image.file.readBigUInt64BE(at)), at);
  };

const withSubclusters: Partial<Qcow2Recipe> = {
  extendedL2: true,
  sizeBytes: 4 * CLUSTER,
  clusters: new Map([[0, { kind: "data", bytes: Buffer.alloc(CLUSTER, 1) }]]),
};

const atReading: readonly RefusalCase[] = [
  {
    title: "reserved bits in an L2 entry",
    code: "disk.corrupt",
    message: /L2 entry 0 .* reserved/,
    break: entry(0, (word) => word | (1n << 56n)),
  },
  {
    title: "reserved low bits in an L2 entry",
    code: "disk.corrupt",
    message: /L2 entry 0 .* reserved/,
    break: entry(0, (word) => word | 2n),
  },
  { title: "a misaligned L2 entry", code: "disk.corrupt", message: /L2 entry 0 .* misaligned/, break: entry(0, (word) => word | 512n) },
  {
    title: "data behind the end",
    code: "disk.truncated",
    message: /names data at \d+, and the file ends at/,
    break: entry(0, (word) => word | (1n << 40n)),
  },
  {
    title: "a zero cluster in version 2",
    code: "disk.corrupt",
    message: /L2 entry 0/,
    recipe: { version: 2 },
    break: entry(0, (word) => word | 1n),
  },
  {
    title: "compressed data behind the end",
    code: "disk.truncated",
    message: /L2 entry 1 /,
    break: entry(1, (word) => word | (1n << 50n)),
  },
  {
    title: "compressed data inside the header",
    code: "disk.corrupt",
    message: /inside the header/,
    break: entry(1, () => (1n << 62n) | 300n),
  },
  {
    title: "a file that ends before its data",
    code: "disk.truncated",
    message: /names data at/,
    break: ({ file }) => file.subarray(0, file.length - CLUSTER),
  },
  {
    title: "a subcluster that is stored and zero at once",
    code: "disk.corrupt",
    message: /both stored and zero/,
    recipe: withSubclusters,
    break: entry(0, (word) => word | (1n << 35n), 8),
  },
  {
    title: "subclusters stored nowhere",
    code: "disk.corrupt",
    message: /stored nowhere/,
    recipe: withSubclusters,
    break: entry(0, () => 0n),
  },
  {
    title: "the plain zero mark with subclusters",
    code: "disk.corrupt",
    message: /reserved/,
    recipe: withSubclusters,
    break: entry(0, (word) => word | 1n),
  },
];

for (const refusal of atReading) {
  test(`an image with ${refusal.title} is refused by its extents and where it is read`, async () => {
    const disk = await openQcow2(new MemorySource(brokenImage(refusal)));
    const expected = { name: "DiskError", code: refusal.code, message: refusal.message };
    await assert.rejects(listExtents(disk), expected);
    const lastCluster = disk.virtualSizeBytes - CLUSTER;
    await assert.rejects(async () => [await disk.read(0, 2 * CLUSTER), await disk.read(lastCluster, CLUSTER)], expected);
  });
}

test("a small file whose entries all share one cluster is refused before it fills a disk", async () => {
  const image = buildQcow2({ sizeBytes: 8192 * CLUSTER, clusters: new Map([[0, { kind: "data", bytes: Buffer.alloc(CLUSTER, 1) }]]) });
  const word = image.file.readBigUInt64BE(image.l2EntryOffset(0));
  for (let cluster = 1; cluster < 8192; cluster += 1) {
    image.file.writeBigUInt64BE(word, image.l2EntryOffset(cluster));
  }
  await assert.rejects(listExtents(await openQcow2(new MemorySource(image.file))), {
    code: "disk.corrupt",
    message: /stored bytes or more/,
  });
});

test("a compressed cluster that is damaged, too short or too long is refused with its place", async () => {
  for (const compression of ["zlib", "zstd"] as const) {
    const recipe: Qcow2Recipe = {
      sizeBytes: CLUSTER,
      compression,
      clusters: new Map([[0, { kind: "compressed", bytes: Buffer.alloc(CLUSTER, 2) }]]),
    };
    for (const length of [CLUSTER - 1, CLUSTER + 1]) {
      const image = buildQcow2({ ...recipe, clusters: new Map([[0, { kind: "compressed", bytes: Buffer.alloc(length, 2) }]]) });
      await assertClusterRefused(image, /decompresses to|no zstd frame at byte/);
    }
    const image = buildQcow2(recipe);
    image.file.fill(0xff, image.hostOffsets.get(0));
    await assertClusterRefused(image, /does not decompress|no zstd frame/);
  }
});

async function assertClusterRefused(image: BuiltQcow2, message: RegExp): Promise<void> {
  const disk = await openQcow2(new MemorySource(image.file));
  await assert.rejects(disk.read(0, CLUSTER), { code: "disk.corrupt", message });
  await assert.rejects(disk.read(5, 10), { code: "disk.corrupt", message: new RegExp(`at ${image.hostOffsets.get(0)} of the file`) });
}

test("a ceiling for the size can be set lower", async () => {
  const { file } = buildQcow2(sound);
  await assert.rejects(openQcow2(new MemorySource(file), { maxVirtualSizeBytes: CLUSTER }), { code: "disk.limit" });
});

function brokenImage(refusal: RefusalCase): Uint8Array {
  const image = buildQcow2({ ...sound, ...refusal.recipe });
  return refusal.break(image) ?? image.file;
}
