import assert from "node:assert/strict";

const OFFSET_MASK = 0x00ff_ffff_ffff_fe00n;

/**
 * Checks a qcow2 image in memory against its own refcounts, by walking all its tables. Independent of the code that reads and writes images.
 *
 * Shape   no snapshots, refcounts of 16 bits, no subclusters
 * Throws  AssertionError for a leak, a missing count, a misplaced table or a wrong "copied" flag
 * Source  QEMU docs/interop/qcow2
 */
export function checkRefcounts(file: Buffer): void {
  const clusterBits = file.readUInt32BE(20);
  const clusterSize = 2 ** clusterBits;
  assert.equal(file.length % clusterSize, 0, "the file does not end with a whole cluster");
  assert.deepEqual(storedCounts(file, clusterSize), expectedCounts(file, clusterBits));
}

/** Reads the counts that are not zero. */
function storedCounts(file: Buffer, clusterSize: number): Map<number, number> {
  const counts = new Map<number, number>();
  const clustersPerBlock = clusterSize / 2;
  const blockPlaces = entriesAt(file, Number(file.readBigUInt64BE(48)), (file.readUInt32BE(56) * clusterSize) / 8);
  for (const [block, blockAt] of blockPlaces.entries().filter(([, place]) => place !== 0n)) {
    for (let index = 0; index < clustersPerBlock; index += 1) {
      const count = file.readUInt16BE(Number(blockAt) + index * 2);
      if (count > 0) {
        counts.set(block * clustersPerBlock + index, count);
      }
    }
  }
  return counts;
}

function entriesAt(file: Buffer, at: number, count: number): bigint[] {
  return Array.from({ length: count }, (_, index) => file.readBigUInt64BE(at + index * 8));
}

/** Counts references to clusters of the file, as its tables have them. */
function expectedCounts(file: Buffer, clusterBits: number): Map<number, number> {
  const clusterSize = 2 ** clusterBits;
  const counts = new Map<number, number>();
  const refer = (from: number, lengthBytes: number): void => {
    assert.ok(from + lengthBytes <= file.length, `${from} + ${lengthBytes} leaves the file`);
    for (let cluster = Math.floor(from / clusterSize); cluster * clusterSize < from + lengthBytes; cluster += 1) {
      counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
    }
  };
  const tableAt = Number(file.readBigUInt64BE(48));
  const tableBytes = file.readUInt32BE(56) * clusterSize;
  const l1At = Number(file.readBigUInt64BE(40));
  const l1Entries = file.readUInt32BE(36);
  refer(0, clusterSize);
  refer(tableAt, tableBytes);
  refer(l1At, Math.max(l1Entries * 8, 1));
  for (const entry of entriesAt(file, tableAt, tableBytes / 8).filter(Boolean)) {
    refer(Number(entry), clusterSize);
  }
  for (const l1Entry of entriesAt(file, l1At, l1Entries).filter(Boolean)) {
    assert.equal(l1Entry >> 63n, 1n, "an L1 entry is not marked as referenced once");
    refer(Number(l1Entry & OFFSET_MASK), clusterSize);
    for (const entry of entriesAt(file, Number(l1Entry & OFFSET_MASK), clusterSize / 8).filter(Boolean)) {
      const compressed = ((entry >> 62n) & 1n) === 1n;
      assert.equal(entry >> 63n, compressed ? 0n : 1n, "the copied flag of an L2 entry is wrong");
      const [from, lengthBytes] = compressed ? compressedSectors(entry, clusterBits) : [Number(entry & OFFSET_MASK), clusterSize];
      refer(from, lengthBytes);
    }
  }
  return counts;
}

/** Where the sectors of a compressed cluster begin, and how many bytes they are: the last one may be shared, or end behind the content. */
function compressedSectors(entry: bigint, clusterBits: number): readonly [from: number, lengthBytes: number] {
  const sectorsBit = BigInt(62 - (clusterBits - 8));
  const from = Number(entry & ((1n << sectorsBit) - 1n));
  const further = Number((entry & ((1n << 62n) - 1n)) >> sectorsBit);
  return [from, (further + 1) * 512 - (from % 512)];
}
