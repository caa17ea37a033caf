import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { listExtents } from "../core/testing/list-extents.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { testRefusals } from "../mapped/testing/refusal-suite.ts";
import type { Refusal } from "../mapped/testing/refusal-suite.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openQcow1 } from "./open-qcow1.ts";
import { buildQcow1, qcow1Content } from "./testing/build-qcow1.ts";
import type { BuiltQcow1, Qcow1Cluster, Qcow1Recipe } from "./testing/build-qcow1.ts";

const CLUSTER = 4096;

/** Compressible bytes that differ from place to place. */
const pattern = (seed: number, length = CLUSTER): Buffer => Buffer.from(Array.from({ length }, (_, index) => (index >> 4) * seed));
const data = (seed: number, length?: number): Qcow1Cluster => ({ kind: "data", bytes: pattern(seed, length) });
const compressed = (seed: number, length?: number): Qcow1Cluster => ({ kind: "compressed", bytes: pattern(seed, length) });

async function assertReads(recipe: Qcow1Recipe): Promise<VirtualDisk> {
  const disk = await openQcow1(new MemorySource(buildQcow1(recipe).file));
  const content = qcow1Content(recipe);
  assert.equal(disk.virtualSizeBytes, content.length);
  assert.ok(content.equals(await disk.read(0, content.length)), "the whole disk");
  return disk;
}

/** Over two L2 tables, in no order. */
const sound: Qcow1Recipe = {
  sizeBytes: 600 * CLUSTER,
  clusters: new Map([
    [598, compressed(9)],
    [599, compressed(1)],
    [3, data(2)],
    [4, compressed(5)],
    [2, data(3)],
  ]),
};

test("R-247: an image of stored and compressed clusters reads whatever order they have", async () => {
  const disk = await assertReads(sound);
  assert.deepEqual(
    (await listExtents(disk)).map(({ length, kind }) => [length / CLUSTER, kind]),
    [
      [2, "hole"],
      [3, "data"],
      [593, "hole"],
      [2, "data"],
    ],
  );
  assert.deepEqual(disk.warnings, []);
  assert.deepEqual(disk.details, { version: 1, clusterSizeBytes: CLUSTER, entriesPerL2Table: 512 });
});

test("every size of clusters and of L2 tables reads the same", async () => {
  for (const clusterBits of [9, 10, 12, 14, 16]) {
    for (const l2Bits of [6, 9, 13]) {
      const clusters = new Map([
        [70, data(5, 2 ** clusterBits)],
        [0, compressed(6, 2 ** clusterBits)],
        [1, compressed(7, 2 ** clusterBits)],
      ]);
      await assertReads({ sizeBytes: 71 * 2 ** clusterBits, clusterBits, l2Bits, clusters });
    }
  }
});

test("pieces of a compressed cluster read as the whole does", async () => {
  const disk = await assertReads(sound);
  for (const at of [0, 100, 3000]) {
    assert.deepEqual(Buffer.from(await disk.read(4 * CLUSTER + at, 96)), pattern(5).subarray(at, at + 96));
  }
});

test("a size that is not whole sectors is rounded up, and told", async () => {
  const disk = await assertReads({ sizeBytes: CLUSTER + 100, clusters: new Map([[1, data(3)]]) });
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["disk.sizeRounded"],
  );
});

test("a huge empty disk is one hole, found at once", async () => {
  const disk = await openQcow1(new MemorySource(buildQcow1({ sizeBytes: 2 ** 42, clusterBits: 16, l2Bits: 13, clusters: new Map() }).file));
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: 2 ** 42, kind: "hole" }]);
});

const changed =
  (change: (image: BuiltQcow1) => unknown): Refusal["make"] =>
  () => {
    const image = buildQcow1(sound);
    change(image);
    return image.file;
  };
const u8 = (offset: number, value: number): Refusal["make"] => changed(({ file }) => file.writeUInt8(value, offset));
const u32 = (offset: number, value: number): Refusal["make"] => changed(({ file }) => file.writeUInt32BE(value, offset));
const u64 = (offset: number, value: bigint): Refusal["make"] => changed(({ file }) => file.writeBigUInt64BE(value, offset));
/** Changes the entry of cluster 4, which is in the second table of the file. */
const l2Entry = (value: bigint): Refusal["make"] =>
  changed(({ file, l2Offsets }) => file.writeBigUInt64BE(value, (l2Offsets[1] ?? 0) + 4 * 8));
const compressedEntry = (length: bigint, offset: bigint): Refusal["make"] => l2Entry((1n << 63n) | (length << 51n) | offset);

testRefusals("R-247: QCOW", openQcow1, [
  { title: "less than a header", code: "disk.truncated", message: /header takes 48/, make: () => buildQcow1(sound).file.subarray(0, 47) },
  { title: "no magic", code: "disk.corrupt", message: /magic number at 0/, make: u32(0, 1) },
  { title: "version 2", code: "disk.unsupported", message: /version 2/, make: u32(4, 2) },
  { title: "a backing file", code: "disk.unsafe", message: /backing file/, make: u64(8, 200n) },
  { title: "encryption by AES", code: "disk.unsafe", message: /AES/, make: u32(36, 1) },
  { title: "an unknown encryption", code: "disk.unsafe", message: /unknown method 7/, make: u32(36, 7) },
  { title: "clusters of 256 bytes", code: "disk.corrupt", message: /cluster_bits at 32 is 8/, make: u8(32, 8) },
  { title: "clusters of 128 KiB", code: "disk.corrupt", message: /cluster_bits at 32 is 17/, make: u8(32, 17) },
  { title: "tables of 32 entries", code: "disk.corrupt", message: /l2_bits at 33 is 5/, make: u8(33, 5) },
  { title: "tables of 16,384 entries", code: "disk.corrupt", message: /l2_bits at 33 is 14/, make: u8(33, 14) },
  { title: "a size of one byte", code: "disk.corrupt", message: /size at 24 is 1/, make: u64(24, 1n) },
  { title: "a size of 2^63", code: "disk.limit", message: /claims 9223372036854776000/, make: u64(24, 1n << 63n) },
  { title: "an L1 table over 64 MiB", code: "disk.limit", message: /8388609 entries/, make: u64(24, (1n << 44n) + 1n) },
  { title: "an L1 table in the header", code: "disk.corrupt", message: /l1_table_offset at 40 .* is 40/, make: u64(40, 40n) },
  { title: "an L1 table behind the end", code: "disk.truncated", message: /l1_table_offset at 40/, make: u64(40, 1n << 62n) },
  { title: "an L1 table that the end cuts off", code: "disk.truncated", message: /table of 65536 bytes at 48/, make: u64(24, 1n << 34n) },
  {
    title: "an L2 table behind the end",
    code: "disk.truncated",
    message: /L1 entry 1 .* at 4611686018427388000/,
    make: u64(56, 1n << 62n),
  },
  { title: "an L2 table in the header", code: "disk.corrupt", message: /L1 entry 1 .* at 8, inside the header/, make: u64(56, 8n) },
  { title: "an L2 table over the L1 table", code: "disk.corrupt", message: /L1 entry 1 .* at 60, inside/, make: u64(56, 60n) },
  {
    title: "two L1 entries for one table",
    code: "disk.corrupt",
    message: /share an L2 table/,
    make: changed(({ file }) => file.copyWithin(56, 48, 56)),
  },
  {
    title: "L2 tables that overlap",
    code: "disk.corrupt",
    message: /share an L2 table/,
    make: changed(({ file }) => file.writeBigUInt64BE(file.readBigUInt64BE(48) + 8n, 56)),
  },
  {
    title: "data behind the end",
    code: "disk.truncated",
    message: /for cluster 4, names data at 1099511627776/,
    when: "walking",
    make: l2Entry(1n << 40n),
  },
  { title: "misaligned data", code: "disk.corrupt", message: /for cluster 4, names data at 4097/, when: "walking", make: l2Entry(4097n) },
  {
    title: "data in the L1 table",
    code: "disk.corrupt",
    message: /for cluster 0, names data at 512/,
    when: "walking",
    make: () => {
      // 100 L2 tables of 64 clusters of 512 bytes: the L1 table ends at 848.
      const { file, l2Offsets } = buildQcow1({ sizeBytes: 6400 * 512, clusterBits: 9, l2Bits: 6, clusters: new Map([[0, data(1, 512)]]) });
      file.writeBigUInt64BE(512n, l2Offsets[0] ?? 0);
      return file;
    },
  },
  {
    title: "a compressed cluster behind the end",
    code: "disk.truncated",
    message: /names 100 compressed bytes at 1073741824/,
    when: "walking",
    make: compressedEntry(100n, 1n << 30n),
  },
  {
    title: "a compressed cluster of no bytes",
    code: "disk.corrupt",
    message: /names 0 compressed bytes at 4096/,
    when: "walking",
    make: compressedEntry(0n, 4096n),
  },
  {
    title: "a compressed cluster in the L1 table",
    code: "disk.corrupt",
    message: /names 10 compressed bytes at 50/,
    when: "walking",
    make: compressedEntry(10n, 50n),
  },
]);

test("a compressed cluster that is damaged, too short or too long is refused where it is read", async () => {
  const contents = [Buffer.alloc(4, 0xff), deflateRawSync(Buffer.alloc(CLUSTER - 1)), deflateRawSync(Buffer.alloc(CLUSTER + 1))];
  for (const content of contents) {
    const { file, l2Offsets } = buildQcow1(sound);
    const offset = Number(file.readBigUInt64BE((l2Offsets[1] ?? 0) + 4 * 8) & ((1n << 51n) - 1n));
    file.set(content, offset);
    const disk = await openQcow1(new MemorySource(file));
    const message = new RegExp(`cluster at ${offset} of the file is damaged`);
    await assert.rejects(disk.read(4 * CLUSTER, CLUSTER), { code: "disk.corrupt", message });
  }
});

test("tables that name more bytes than the file has are refused while walking", async () => {
  const { file, l2Offsets } = buildQcow1({ sizeBytes: 201 * CLUSTER, clusters: new Map([[200, data(1)]]) });
  for (let index = 0; index < 200; index += 1) {
    file.writeBigUInt64BE(BigInt(file.length - CLUSTER), (l2Offsets[0] ?? 0) + index * 8);
  }
  const disk = await openQcow1(new MemorySource(file));
  await assert.rejects(listExtents(disk), { code: "disk.corrupt", message: /stored bytes or more, in a file of/ });
});
