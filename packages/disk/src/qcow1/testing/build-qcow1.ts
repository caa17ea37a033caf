import { deflateRawSync } from "node:zlib";
import { QCOW_MAGIC } from "../../qcow2/qcow2-header.ts";
import { QCOW1_HEADER_BYTES } from "../qcow1-header.ts";

/** What one cluster of the guest's disk is to be. `bytes` are as long as a cluster. */
export interface Qcow1Cluster {
  readonly kind: "data" | "compressed";
  readonly bytes: Uint8Array;
}

/** A QCOW image of version 1 to be built. Physical order is the order of `clusters`; each L2 table comes before its first. */
export interface Qcow1Recipe {
  readonly sizeBytes: number;
  readonly clusters: ReadonlyMap<number, Qcow1Cluster>;
  readonly clusterBits?: number;
  readonly l2Bits?: number;
}

/** A built image, and where its parts are, for tests that break one of them. */
export interface BuiltQcow1 {
  readonly file: Buffer;
  readonly clusterSize: number;
  readonly l1Offset: number;
  readonly l1Entries: number;
  readonly l2Offsets: readonly number[];
  readonly entriesPerL2: number;
}

/** Builds a QCOW image of version 1 for tests, byte by byte, so that each odd case can be made that no tool would write. */
export function buildQcow1(recipe: Qcow1Recipe): BuiltQcow1 {
  const { sizeBytes, clusterBits = 12, l2Bits = 9 } = recipe;
  const [clusterSize, entriesPerL2] = [2 ** clusterBits, 2 ** l2Bits];
  const l1Entries = Math.ceil(sizeBytes / (clusterSize * entriesPerL2));
  const parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  const head = Buffer.alloc(QCOW1_HEADER_BYTES + l1Entries * 8);
  let end = 0;
  // Only compressed clusters may begin anywhere.
  const add = (bytes: Uint8Array, alignment: number): number => {
    const offset = Math.ceil(end / alignment) * alignment;
    parts.push({ offset, bytes });
    end = offset + bytes.length;
    return offset;
  };
  add(head, 1);
  const tables = new Map<number, Buffer>();
  const l2Offsets: number[] = [];
  for (const [cluster, { kind, bytes }] of recipe.clusters) {
    const index = Math.floor(cluster / entriesPerL2);
    let table = tables.get(index);
    if (table === undefined) {
      table = Buffer.alloc(entriesPerL2 * 8);
      tables.set(index, table);
      const offset = add(table, clusterSize);
      l2Offsets.push(offset);
      head.writeBigUInt64BE(BigInt(offset), QCOW1_HEADER_BYTES + index * 8);
    }
    const at = (cluster % entriesPerL2) * 8;
    if (kind === "data") {
      table.writeBigUInt64BE(BigInt(add(bytes, clusterSize)), at);
    } else {
      const compressed = deflateRawSync(bytes, { windowBits: 12 });
      const length = BigInt(compressed.length) << BigInt(63 - clusterBits);
      table.writeBigUInt64BE((1n << 63n) | length | BigInt(add(compressed, 1)), at);
    }
  }
  head.writeUInt32BE(QCOW_MAGIC, 0);
  head.writeUInt32BE(1, 4);
  head.writeBigUInt64BE(BigInt(sizeBytes), 24);
  head.writeUInt8(clusterBits, 32);
  head.writeUInt8(l2Bits, 33);
  head.writeBigUInt64BE(BigInt(QCOW1_HEADER_BYTES), 40);
  const file = Buffer.alloc(end);
  for (const { offset, bytes } of parts) {
    file.set(bytes, offset);
  }
  return { file, clusterSize, l1Offset: QCOW1_HEADER_BYTES, l1Entries, l2Offsets, entriesPerL2 };
}

/** What the guest must read from an image built by the recipe, rounded up to whole sectors. */
export function qcow1Content({ sizeBytes, clusters, clusterBits = 12 }: Qcow1Recipe): Buffer {
  const clusterSize = 2 ** clusterBits;
  const content = Buffer.alloc(Math.ceil(sizeBytes / clusterSize) * clusterSize);
  for (const [cluster, { bytes }] of clusters) {
    content.set(bytes, cluster * clusterSize);
  }
  return content.subarray(0, Math.ceil(sizeBytes / 512) * 512);
}
