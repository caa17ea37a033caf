import assert from "node:assert/strict";
import { test } from "node:test";
import { buildQcow2 } from "../../qcow2/testing/build-qcow2.ts";
import { MemorySource } from "../../source/memory-source.ts";
import type { Fault } from "../check-report.ts";
import { FaultList } from "../fault-list.ts";
import type { StructureCheck } from "../structure-check.ts";
import { checkQcow2 } from "./check-qcow2.ts";

const CLUSTER = 4096;
const BITMAPS = 0x2385_2875;

async function check(file: Uint8Array): Promise<StructureCheck & { readonly faults: readonly Fault[] }> {
  const faults = new FaultList();
  return { ...(await checkQcow2(new MemorySource(file), faults, {})), faults: faults.faults };
}

/** An image that counts right: header, L1 table, refcount table, and what is appended, all counted once. */
function build(appended: readonly Buffer[], extension: Buffer = Buffer.alloc(0)): Buffer {
  const extensions = extension.length === 0 ? [] : [{ type: BITMAPS, data: extension }];
  const { file } = buildQcow2({ sizeBytes: 16 * CLUSTER, clusterBits: 12, clusters: new Map(), extensions });
  const block = Buffer.alloc(CLUSTER);
  const whole = Buffer.concat([file, block, ...appended.map((part) => Buffer.concat([part, Buffer.alloc(CLUSTER - part.length)]))]);
  const blockOffset = file.length;
  whole.writeBigUInt64BE(BigInt(blockOffset), Number(whole.readBigUInt64BE(48)));
  for (let cluster = 0; cluster < whole.length / CLUSTER; cluster += 1) {
    whole.writeUInt16BE(1, blockOffset + cluster * 2);
  }
  return whole;
}

/** Clusters of `build` before what is appended. */
const FIRST = 4;

function snapshotEntry(snapshot: { readonly l1Offset: number; readonly l1Entries: number; readonly extraBytes?: number }): Buffer {
  const extraBytes = snapshot.extraBytes ?? 16;
  // What is said to be longer than any entry is not there.
  const entry = Buffer.alloc(Math.ceil((40 + Math.min(extraBytes, 64) + 5) / 8) * 8);
  entry.writeBigUInt64BE(BigInt(snapshot.l1Offset), 0);
  entry.writeUInt32BE(snapshot.l1Entries, 8);
  entry.writeUInt16BE(1, 12);
  entry.writeUInt16BE(4, 14);
  entry.writeUInt32BE(extraBytes, 36);
  return entry;
}

/** Appends snapshots, and in front of them an L1 table for one of them. */
function buildWithSnapshots(entries: readonly Buffer[], count = entries.length): Buffer {
  const file = build([Buffer.alloc(8), Buffer.concat(entries)]);
  file.writeUInt32BE(count, 60);
  file.writeBigUInt64BE(BigInt((FIRST + 1) * CLUSTER), 64);
  return file;
}

test("an image whose counts are right has no faults", async () => {
  const { faults, facts, leakedBytes } = await check(build([]));
  assert.deepEqual([faults, leakedBytes], [[], 0]);
  assert.deepEqual(facts, {
    totalClusters: 16,
    allocatedClusters: 0,
    compressedClusters: 0,
    imageEndOffsetBytes: FIRST * CLUSTER,
    corruptions: 0,
    leaks: 0,
    copiedMismatches: 0,
  });
});

test("neighbouring leaks are one fault", async () => {
  const { faults, leakedBytes } = await check(build([Buffer.alloc(1), Buffer.alloc(1), Buffer.alloc(1)]));
  assert.deepEqual(faults, [
    {
      code: "qcow2.leak",
      message: `The 3 clusters from ${FIRST * CLUSTER} of the file are counted 1 times, and used by nothing.`,
      fileOffset: FIRST * CLUSTER,
      severity: "leak",
    },
  ]);
  assert.equal(leakedBytes, 3 * CLUSTER);
});

test("snapshots that are sound have no faults", async () => {
  const { faults } = await check(buildWithSnapshots([snapshotEntry({ l1Offset: FIRST * CLUSTER, l1Entries: 1 })]));
  assert.deepEqual(faults, []);
});

test("snapshots that share an L1 table, lie nowhere, or lack fields are faults", async () => {
  const shared = snapshotEntry({ l1Offset: FIRST * CLUSTER, l1Entries: 1 });
  const sharing = await check(buildWithSnapshots([shared, shared]));
  assert.match(sharing.faults[0]?.message ?? "", /used for L1 table more than once/);
  const nowhere = await check(buildWithSnapshots([snapshotEntry({ l1Offset: 2 ** 50, l1Entries: 1 })]));
  assert.match(nowhere.faults[0]?.message ?? "", /snapshot 1 is to be at 1125899906842624, which is no cluster/);
  const short = await check(buildWithSnapshots([snapshotEntry({ l1Offset: FIRST * CLUSTER, l1Entries: 1, extraBytes: 0 })]));
  assert.match(short.faults[0]?.message ?? "", /lacks the fields/);
});

test("snapshots whose tables are longer than the file, or more than there are, end the walk", async () => {
  const huge = snapshotEntry({ l1Offset: FIRST * CLUSTER, l1Entries: 0xffff_ffff });
  const long = await check(buildWithSnapshots([huge, huge]));
  assert.match(long.faults[0]?.message ?? "", /longer than the file/);
  const many = await check(
    buildWithSnapshots([snapshotEntry({ l1Offset: FIRST * CLUSTER, l1Entries: 1, extraBytes: 0xffff_fff0 })], 65_536),
  );
  assert.ok(many.faults.some(({ message }) => /snapshot 2 is to be at \d+, and the file ends/.test(message)));
});

/** The header extension: number of bitmaps, length and place of the directory. */
function bitmapsExtension(count: number, length: number, offset: number): Buffer {
  const data = Buffer.alloc(24);
  data.writeUInt32BE(count, 0);
  data.writeBigUInt64BE(BigInt(length), 8);
  data.writeBigUInt64BE(BigInt(offset), 16);
  return data;
}

/** One bitmap: a directory of one entry, its table of one entry, and a cluster of bits. */
function buildWithBitmap(tableWord: bigint, directoryBytes = 32): Buffer {
  const directory = Buffer.alloc(32);
  directory.writeBigUInt64BE(BigInt((FIRST + 1) * CLUSTER), 0);
  directory.writeUInt32BE(1, 8);
  directory.writeUInt16BE(3, 18);
  const table = Buffer.alloc(8);
  table.writeBigUInt64BE(tableWord, 0);
  const file = build([directory, table, Buffer.alloc(CLUSTER)], bitmapsExtension(1, directoryBytes, FIRST * CLUSTER));
  file.writeUInt32BE(1, 92);
  return file;
}

test("bitmaps are in use while they are valid, and leaks when they are not", async () => {
  const file = buildWithBitmap(BigInt((FIRST + 2) * CLUSTER));
  assert.deepEqual((await check(file)).faults, []);
  file.writeUInt32BE(0, 92);
  assert.equal((await check(file)).leakedBytes, 3 * CLUSTER);
});

test("bitmaps that lie nowhere are faults", async () => {
  const nowhere = await check(buildWithBitmap(2n ** 50n));
  assert.match(nowhere.faults[0]?.message ?? "", /names 1125899906842624, and the file ends/);
  const crooked = await check(buildWithBitmap(512n));
  assert.match(crooked.faults[0]?.message ?? "", /reserved or misaligned bits/);
  for (const length of [2 ** 40, 5 * CLUSTER, 10]) {
    const { faults } = await check(buildWithBitmap(0n, length));
    assert.match(faults[0]?.message ?? "", /directory of bitmaps/);
  }
});

test("tables full of bad entries end the check, and say so", async () => {
  const clusterSize = 2 ** 21;
  const cluster = { kind: "zero" } as const;
  const { file, l2Offsets } = buildQcow2({ sizeBytes: 2 ** 39, clusterBits: 21, clusters: new Map([[0, cluster]]) });
  const [l2 = 0] = l2Offsets;
  file.fill(0x3f, l2, l2 + clusterSize);
  const { warnings, faults, facts } = await check(file);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["qcow2.countsNotCompared"],
  );
  assert.equal(faults.length, 1000);
  assert.ok(Number(facts["corruptions"]) > 100_000);
});

test("a file with more clusters than are kept count of is told, and not counted", async () => {
  const { file } = buildQcow2({ sizeBytes: 512, clusterBits: 9, clusters: new Map() });
  const lengthBytes = 2 ** 25 * 512 + 1;
  const source = {
    lengthBytes,
    read: async (offset: number, length: number) => file.subarray(offset, offset + length),
    [Symbol.asyncDispose]: async () => {},
  };
  const faults = new FaultList();
  const { warnings } = await checkQcow2(source, faults, {});
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["qcow2.countsNotCompared"],
  );
  assert.equal(faults.errors, 0);
});
