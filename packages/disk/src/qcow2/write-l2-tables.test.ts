import assert from "node:assert/strict";
import { test } from "node:test";
import { planLayout } from "./plan-layout.ts";
import { L2TableWriter } from "./write-l2-tables.ts";

/** The bits of one entry, by the specification. */
function entryAt(bytes: Uint8Array | undefined, at: number): bigint {
  return Buffer.from(bytes ?? []).readBigUInt64BE(at);
}

test("an entry of a compressed cluster holds byte and further sectors, at the bit that the cluster size sets", () => {
  const cases = [
    { clusterBits: 9, offset: 5 * 512 + 511, length: 500, further: 1n },
    { clusterBits: 16, offset: 2 ** 40 + 3, length: 65_535, further: 128n },
    { clusterBits: 21, offset: 2 ** 48 + 511, length: 2 ** 21 - 1, further: 4096n },
  ];
  for (const { clusterBits, offset, length, further } of cases) {
    const layout = planLayout(2 ** 21, { clusters: 1, l2Tables: 1, dataBytes: 0 }, { clusterBits });
    const tables = new L2TableWriter(layout);
    tables.putCompressed(1, offset, length);
    const [table] = tables.finish();
    const sectorsBit = BigInt(62 - (clusterBits - 8));
    assert.equal(entryAt(table?.bytes, 8), (1n << 62n) | (further << sectorsBit) | BigInt(offset));
  }
});

test("tables are sent together in the order of their places, and the L1 table names them", () => {
  const clusterSize = 65_536;
  const tableBytes = clusterSize * (clusterSize / 8);
  const layout = planLayout(10 * tableBytes, { clusters: 6, l2Tables: 6, dataBytes: 0 }, {});
  const tables = new L2TableWriter(layout);
  const l1Indexes = [0, 2, 3, 5, 8, 9];
  for (const [index, l1Index] of l1Indexes.entries()) {
    tables.putPlain((l1Index * tableBytes) / clusterSize + index, layout.dataAt + index);
  }
  const pieces = [...tables.takeFinished(), ...tables.finish()];
  assert.deepEqual(
    pieces.map(({ offset, bytes }) => [offset, bytes.length]),
    [
      [layout.l2At * clusterSize, 4 * clusterSize],
      [(layout.l2At + 4) * clusterSize, 2 * clusterSize],
    ],
  );
  const file = Buffer.concat(pieces.map(({ bytes }) => bytes));
  for (const [index, l1Index] of l1Indexes.entries()) {
    assert.equal(entryAt(tables.l1, l1Index * 8), (1n << 63n) | BigInt((layout.l2At + index) * clusterSize));
    assert.equal(entryAt(file, index * clusterSize + index * 8), (1n << 63n) | BigInt((layout.dataAt + index) * clusterSize));
  }
  assert.equal(entryAt(tables.l1, 8), 0n);
  assert.equal(tables.tables, 6);
});
