import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteSource, Extent } from "../core/byte-source.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openQcow2 } from "./open-qcow2.ts";
import { buildQcow2, contentOf } from "./testing/build-qcow2.ts";
import type { ClusterContent, Qcow2Recipe, SubclusterState } from "./testing/build-qcow2.ts";

const KIB = 1024;
const CLUSTER = 64 * KIB;

const open = (file: Uint8Array): Promise<VirtualDisk> => openQcow2(new MemorySource(file));

/** Compressible bytes that differ from place to place. */
function pattern(length: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index >> 4) * seed));
}

async function assertReads(recipe: Qcow2Recipe): Promise<VirtualDisk> {
  const disk = await open(buildQcow2(recipe).file);
  const content = contentOf(recipe);
  assert.equal(disk.virtualSizeBytes, content.length);
  assert.ok(content.equals(await disk.read(0, content.length)), "the whole disk");
  return disk;
}

test("R-242: stored, zero and absent clusters read as they should, and the extents tell them apart", async () => {
  const clusters = new Map<number, ClusterContent>([
    [1, { kind: "data", bytes: pattern(CLUSTER, 3) }],
    [2, { kind: "data", bytes: pattern(CLUSTER, 5) }],
    [4, { kind: "zero" }],
    [5, { kind: "zero-allocated", bytes: pattern(CLUSTER, 7) }],
    [7, { kind: "compressed", bytes: pattern(CLUSTER, 9) }],
  ]);
  const disk = await assertReads({ sizeBytes: 8 * CLUSTER, clusters });
  const expected: readonly [number, Extent["kind"]][] = [
    [1, "hole"],
    [2, "data"],
    [1, "hole"],
    [2, "zero"],
    [1, "hole"],
    [1, "data"],
  ];
  assert.deepEqual(
    (await listExtents(disk)).map(({ length, kind }) => [length / CLUSTER, kind]),
    expected,
  );
});

test("version 2 and version 3, every refcount width and every cluster size read the same", async () => {
  const variants: Partial<Qcow2Recipe>[] = [
    { version: 2 },
    ...[0, 1, 2, 3, 4, 5, 6].map((refcountOrder) => ({ refcountOrder })),
    ...[9, 10, 12, 14, 16, 20, 21].map((clusterBits) => ({ clusterBits })),
    { headerBytes: 104 },
  ];
  for (const variant of variants) {
    const clusterSize = 2 ** (variant.clusterBits ?? 16);
    const clusters = new Map<number, ClusterContent>([
      [0, { kind: "data", bytes: Buffer.alloc(clusterSize, 1) }],
      [2, { kind: "compressed", bytes: Buffer.alloc(clusterSize, 2) }],
    ]);
    const disk = await assertReads({ sizeBytes: 3 * clusterSize, clusters, ...variant });
    assert.equal(disk.details["refcountBits"], 2 ** (variant.refcountOrder ?? 4));
    assert.equal(disk.details["clusterSizeBytes"], clusterSize);
  }
});

test("R-242: compressed clusters that share sectors and cross clusters of the file read in both compressions", async () => {
  for (const compression of ["zlib", "zstd"] as const) {
    const clusters = new Map(
      Array.from({ length: 40 }, (_, index): [number, ClusterContent] => [index, { kind: "compressed", bytes: pattern(4096, index + 1) }]),
    );
    const disk = await assertReads({ sizeBytes: 40 * 4096, clusterBits: 12, compression, clusters });
    assert.equal(disk.details["compression"], compression);
  }
});

test("a zstd cluster of several frames is read whole", async () => {
  const clusters = new Map<number, ClusterContent>([
    [0, { kind: "compressed", bytes: pattern(CLUSTER, 3), frames: 3 }],
    [1, { kind: "compressed", bytes: pattern(CLUSTER, 5), frames: 2 }],
  ]);
  await assertReads({ sizeBytes: 2 * CLUSTER, compression: "zstd", clusters });
});

test("small reads of a compressed cluster are served from one decompression", async () => {
  const bytes = pattern(CLUSTER, 3);
  const { file } = buildQcow2({ sizeBytes: CLUSTER, clusters: new Map([[0, { kind: "compressed", bytes }]]) });
  const source = new CountingSource(file);
  const disk = await openQcow2(source);
  await disk.read(0, 512);
  const readsBefore = source.reads;
  for (let at = 0; at < CLUSTER; at += 4096) {
    assert.deepEqual(Buffer.from(await disk.read(at, 4096)), bytes.subarray(at, at + 4096));
  }
  assert.equal(source.reads, readsBefore);
});

test("subclusters read as stored, zero or absent, one by one", async () => {
  const states = Array.from(
    { length: 32 },
    (_, index): SubclusterState => (["data", "zero", "hole", "data"] as const)[index % 4] ?? "hole",
  );
  const clusters = new Map<number, ClusterContent>([
    [0, { kind: "subclusters", bytes: pattern(16 * KIB, 3), states }],
    [1, { kind: "data", bytes: pattern(16 * KIB, 5) }],
    [2, { kind: "zero" }],
    [3, { kind: "compressed", bytes: pattern(16 * KIB, 7) }],
  ]);
  const disk = await assertReads({ sizeBytes: 5 * 16 * KIB, clusterBits: 14, extendedL2: true, clusters });
  assert.equal(disk.details["extendedL2"], true);
  assert.deepEqual((await listExtents(disk)).slice(0, 4), [
    { offset: 0, length: 512, kind: "data" },
    { offset: 512, length: 512, kind: "zero" },
    { offset: 1024, length: 512, kind: "hole" },
    { offset: 1536, length: 1024, kind: "data" },
  ]);
});

test("clusters that lie together in the file are fetched with one read", async () => {
  const clusters = new Map(
    Array.from({ length: 32 }, (_, index): [number, ClusterContent] => [index, { kind: "data", bytes: pattern(CLUSTER, index) }]),
  );
  const source = new CountingSource(buildQcow2({ sizeBytes: 32 * CLUSTER, clusters }).file);
  const disk = await openQcow2(source);
  await disk.read(0, 512);
  const readsBefore = source.reads;
  await disk.read(0, 32 * CLUSTER);
  assert.equal(source.reads, readsBefore + 1);
});

test("the last cluster of the file may be cut short, and what is missing reads as zeros", async () => {
  const bytes = Buffer.alloc(CLUSTER, 6);
  const { file } = buildQcow2({ sizeBytes: CLUSTER, clusters: new Map([[0, { kind: "data", bytes }]]) });
  const disk = await open(file.subarray(0, file.length - CLUSTER + 1000));
  const expected = Buffer.alloc(CLUSTER);
  expected.fill(6, 0, 1000);
  assert.deepEqual(Buffer.from(await disk.read(0, CLUSTER)), expected);
});

test("a size that is not whole sectors is rounded up, and told", async () => {
  const disk = await assertReads({ sizeBytes: CLUSTER + 700, clusters: new Map([[0, { kind: "data", bytes: pattern(CLUSTER, 3) }]]) });
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["disk.sizeRounded"],
  );
});

test("R-242: a dirty image with snapshots is read with warnings, and bitmaps are counted", async () => {
  const recipe: Qcow2Recipe = {
    sizeBytes: CLUSTER,
    clusters: new Map(),
    isDirty: true,
    snapshotCount: 3,
    extensions: [
      { type: 0x6803f857, data: Buffer.alloc(48) },
      { type: 0x12345678, data: Buffer.from("unknown") },
      { type: 0x23852875, data: Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]) },
    ],
  };
  const disk = await assertReads(recipe);
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["qcow2.dirty", "qcow2.snapshots"],
  );
  assert.equal(disk.details["bitmaps"], 2);
  assert.equal(disk.details["snapshots"], 3);
});

test("a huge empty disk is one hole, found at once", async () => {
  const recipe = { sizeBytes: 16 * 1024 ** 4, clusterBits: 21, clusters: new Map() };
  const disk = await open(buildQcow2(recipe).file);
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: recipe.sizeBytes, kind: "hole" }]);
});

test("runs of one kind are one extent, also over the border of two L2 tables", async () => {
  const clusters = new Map(Array.from({ length: 9000 }, (_, index): [number, ClusterContent] => [index, { kind: "zero" }]));
  const disk = await open(buildQcow2({ sizeBytes: 9000 * CLUSTER, clusters }).file);
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: 9000 * CLUSTER, kind: "zero" }]);
});

test("reads that leave the disk are refused, and reads that are aborted stop", async () => {
  const disk = await open(buildQcow2({ sizeBytes: CLUSTER, clusters: new Map() }).file);
  await assert.rejects(disk.read(CLUSTER - 1, 2), RangeError);
  await assert.rejects(disk.read(0, 1, { signal: AbortSignal.abort(new Error("stopped")) }), /stopped/);
});

/** A source that counts how often it is asked. */
class CountingSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #inner: MemorySource;
  reads = 0;

  constructor(file: Uint8Array) {
    this.#inner = new MemorySource(file);
    this.lengthBytes = file.length;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.reads += 1;
    return this.#inner.read(offset, length);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
