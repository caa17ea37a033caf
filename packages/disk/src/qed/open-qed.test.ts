import assert from "node:assert/strict";
import { test } from "node:test";
import { listExtents } from "../core/testing/list-extents.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { testRefusals } from "../mapped/testing/refusal-suite.ts";
import type { Refusal } from "../mapped/testing/refusal-suite.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openQed } from "./open-qed.ts";
import { buildQed, qedContent } from "./testing/build-qed.ts";
import type { BuiltQed, QedCluster, QedRecipe } from "./testing/build-qed.ts";

const CLUSTER = 4096;
const data = (fill: number, clusterSize = CLUSTER): QedCluster => ({ kind: "data", bytes: Buffer.alloc(clusterSize, fill) });

async function assertReads(recipe: QedRecipe): Promise<VirtualDisk> {
  const disk = await openQed(new MemorySource(buildQed(recipe).file));
  const content = qedContent(recipe);
  assert.equal(disk.virtualSizeBytes, content.length);
  assert.ok(content.equals(await disk.read(0, content.length)), "the whole disk");
  return disk;
}

/** Over two L2 tables, in no order. */
const sound: QedRecipe = {
  sizeBytes: 600 * CLUSTER,
  clusters: new Map([
    [599, data(1)],
    [3, data(2)],
    [4, { kind: "zero" }],
    [2, data(3)],
    [598, data(4)],
  ]),
};

test("R-249: an image reads whatever order its clusters have, and tells zero clusters from absent ones", async () => {
  const disk = await assertReads(sound);
  assert.deepEqual(
    (await listExtents(disk)).map(({ length, kind }) => [length / CLUSTER, kind]),
    [
      [2, "hole"],
      [2, "data"],
      [1, "zero"],
      [593, "hole"],
      [2, "data"],
    ],
  );
  assert.deepEqual(disk.warnings, []);
  assert.deepEqual(disk.details, { clusterSizeBytes: CLUSTER, tableSizeBytes: CLUSTER, needsCheck: false });
});

test("every size of clusters, tables and header reads the same", async () => {
  for (const [clusterSize, tableClusters, headerClusters] of [
    [4096, 16, 3],
    [65_536, 4, 1],
    [1_048_576, 2, 1],
  ] as const) {
    const clusters = new Map([
      [5, data(5, clusterSize)],
      [0, data(6, clusterSize)],
    ]);
    await assertReads({ sizeBytes: 6 * clusterSize - 512, clusterSize, tableClusters, headerClusters, clusters });
  }
});

test("R-249: an image that was not closed is read when every cluster is used once, and told", async () => {
  const disk = await assertReads({ ...sound, features: 2 });
  assert.equal(disk.details["needsCheck"], true);
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["qed.needsCheck"],
  );
});

test("the mark that the backing file is not to be probed means nothing without one", async () => {
  await assertReads({ ...sound, features: 4 });
});

test("the last cluster may end with the disk", async () => {
  const recipe: QedRecipe = { sizeBytes: CLUSTER + 512, clusters: new Map([[1, data(3)]]) };
  const { file } = buildQed(recipe);
  const disk = await openQed(new MemorySource(file.subarray(0, file.length - CLUSTER + 512)));
  assert.ok(qedContent(recipe).equals(await disk.read(0, recipe.sizeBytes)));
});

const changed =
  (change: (image: BuiltQed) => unknown, features = 0): Refusal["make"] =>
  () => {
    const image = buildQed({ ...sound, features });
    change(image);
    return image.file;
  };
const u32 = (offset: number, value: number): Refusal["make"] => changed(({ file }) => file.writeUInt32LE(value, offset));
const u64 = (offset: number, value: bigint): Refusal["make"] => changed(({ file }) => file.writeBigUInt64LE(value, offset));
const l1Entry = (index: number, value: bigint): Refusal["make"] =>
  changed(({ file, l1Offset }) => file.writeBigUInt64LE(value, l1Offset + index * 8));
/** Changes the entry of cluster 4, which is in the second table of the file. */
const l2Entry = (value: bigint, features = 0): Refusal["make"] =>
  changed(({ file, l2Offsets }) => file.writeBigUInt64LE(value, (l2Offsets[1] ?? 0) + 4 * 8), features);

testRefusals("R-249: QED", openQed, [
  { title: "less than a header", code: "disk.truncated", message: /header takes 64/, make: () => buildQed(sound).file.subarray(0, 63) },
  { title: "no magic", code: "disk.corrupt", message: /magic number at 0/, make: u32(0, 1) },
  { title: "a backing file", code: "disk.unsafe", message: /backing file/, make: u32(16, 1) },
  { title: "unknown features", code: "disk.unsupported", message: /features at 16 is 0x8000000000000008/, make: u64(16, (1n << 63n) | 8n) },
  { title: "clusters of 2 KiB", code: "disk.corrupt", message: /cluster_size at 4 is 2048/, make: u32(4, 2048) },
  { title: "clusters of 5000 bytes", code: "disk.corrupt", message: /cluster_size at 4 is 5000/, make: u32(4, 5000) },
  { title: "clusters of 128 MiB", code: "disk.corrupt", message: /cluster_size at 4/, make: u32(4, 2 ** 27) },
  { title: "tables of 3 clusters", code: "disk.corrupt", message: /table_size at 8 is 3/, make: u32(8, 3) },
  { title: "tables of 32 clusters", code: "disk.corrupt", message: /table_size at 8 is 32/, make: u32(8, 32) },
  { title: "no header clusters", code: "disk.corrupt", message: /header_size at 12 is 0/, make: u32(12, 0) },
  { title: "a header over the file", code: "disk.corrupt", message: /header_size at 12 is 4294967295/, make: u32(12, 0xffff_ffff) },
  { title: "a size of nothing", code: "disk.corrupt", message: /image_size at 48 is 0/, make: u64(48, 0n) },
  { title: "a size that is not whole sectors", code: "disk.corrupt", message: /image_size at 48 is 1000/, make: u64(48, 1000n) },
  { title: "a size of 2^63", code: "disk.limit", message: /claims 9223372036854776000/, make: u64(48, 1n << 63n) },
  {
    title: "a size over its tables",
    code: "disk.corrupt",
    message: /image_size at 48 .* reach to 1073741824/,
    make: u64(48, (1n << 30n) + 512n),
  },
  { title: "an L1 table at 0", code: "disk.corrupt", message: /l1_table_offset at 40 .* is 0/, make: u64(40, 0n) },
  { title: "a misaligned L1 table", code: "disk.corrupt", message: /l1_table_offset at 40/, make: u64(40, 4100n) },
  { title: "an L1 table behind the end", code: "disk.truncated", message: /l1_table_offset at 40/, make: u64(40, 1n << 62n) },
  {
    title: "an L2 table behind the end",
    code: "disk.truncated",
    message: /L1 entry 1 .* at 4611686018427388000/,
    make: l1Entry(1, 1n << 62n),
  },
  { title: "a misaligned L2 table", code: "disk.corrupt", message: /L1 entry 1 .* multiple of 4096/, make: l1Entry(1, 8200n) },
  { title: "an L2 table in the header", code: "disk.corrupt", message: /L1 entry 1 .* multiple|header/, make: l1Entry(1, 1n) },
  {
    title: "an L2 table in the L1 table",
    code: "disk.corrupt",
    message: /L1 entry 1 .* inside the header or the L1/,
    make: l1Entry(1, 4096n),
  },
  {
    title: "two L1 entries for one table",
    code: "disk.corrupt",
    message: /share an L2 table/,
    make: changed(({ file, l1Offset }) => file.copyWithin(l1Offset + 8, l1Offset, l1Offset + 8)),
  },
  {
    title: "data behind the end",
    code: "disk.truncated",
    message: /for cluster 4, names data at 1099511627776/,
    when: "walking",
    make: l2Entry(1n << 40n),
  },
  { title: "misaligned data", code: "disk.corrupt", message: /for cluster 4, names data at 8193/, when: "walking", make: l2Entry(8193n) },
  {
    title: "data in the L1 table",
    code: "disk.corrupt",
    message: /for cluster 4, names data at 4096/,
    when: "walking",
    make: l2Entry(4096n),
  },
  {
    title: "no clean end and data used twice",
    code: "disk.corrupt",
    message: /uses the cluster at 12288 of the file twice/,
    make: l2Entry(12_288n, 2),
  },
  {
    title: "no clean end and a table used as data",
    code: "disk.corrupt",
    message: /uses the cluster at 8192 of the file twice/,
    make: l2Entry(8192n, 2),
  },
  {
    title: "no clean end and misaligned data",
    code: "disk.corrupt",
    message: /for cluster 4, names data at 8193/,
    make: l2Entry(8193n, 2),
  },
  { title: "no clean end and data behind the end", code: "disk.truncated", message: /for cluster 4/, make: l2Entry(1n << 40n, 2) },
]);

test("tables that name more bytes than the file has are refused while walking", async () => {
  const clusters = new Map(Array.from({ length: 200 }, (_, index): [number, QedCluster] => [index, { kind: "zero" }]));
  const { file, l2Offsets } = buildQed({ sizeBytes: 201 * CLUSTER, clusters: new Map([[200, data(1)], ...clusters]) });
  for (let index = 0; index < 200; index += 1) {
    file.writeBigUInt64LE(BigInt(file.length - CLUSTER), (l2Offsets[0] ?? 0) + index * 8);
  }
  const disk = await openQed(new MemorySource(file));
  await assert.rejects(listExtents(disk), { code: "disk.corrupt", message: /stored bytes or more, in a file of/ });
});
