import { QED_MAGIC } from "../qed-header.ts";

/** What one cluster of the guest's disk is to be. `bytes` are as long as a cluster. */
export type QedCluster = { readonly kind: "data"; readonly bytes: Uint8Array } | { readonly kind: "zero" };

/** A QED image to be built. Physical order is the order of `clusters`, by number of the guest's cluster; each L2 table comes before its first. */
export interface QedRecipe {
  readonly sizeBytes: number;
  readonly clusters: ReadonlyMap<number, QedCluster>;
  /** Default 4096, so that images stay small. */
  readonly clusterSize?: number;
  readonly tableClusters?: number;
  readonly headerClusters?: number;
  readonly features?: number;
}

/** A built image, and where its parts are, for tests that break one of them. */
export interface BuiltQed {
  readonly file: Buffer;
  readonly clusterSize: number;
  readonly tableBytes: number;
  readonly l1Offset: number;
  readonly l2Offsets: readonly number[];
}

/** Builds a QED image for tests, byte by byte, so that each odd case can be made that no tool would write. */
export function buildQed(recipe: QedRecipe): BuiltQed {
  const { sizeBytes, clusterSize = 4096, tableClusters = 1, headerClusters = 1, features = 0 } = recipe;
  const tableBytes = tableClusters * clusterSize;
  const entriesPerTable = tableBytes / 8;
  const header = Buffer.alloc(headerClusters * clusterSize);
  const l1 = Buffer.alloc(tableBytes);
  const parts: Uint8Array[] = [header, l1];
  let end = header.length + l1.length;
  const add = (part: Uint8Array): number => {
    parts.push(part);
    end += part.length;
    return end - part.length;
  };
  const tables = new Map<number, Buffer>();
  const l2Offsets: number[] = [];
  for (const [cluster, content] of recipe.clusters) {
    const index = Math.floor(cluster / entriesPerTable);
    let table = tables.get(index);
    if (table === undefined) {
      table = Buffer.alloc(tableBytes);
      tables.set(index, table);
      const offset = add(table);
      l2Offsets.push(offset);
      l1.writeBigUInt64LE(BigInt(offset), index * 8);
    }
    table.writeBigUInt64LE(content.kind === "zero" ? 1n : BigInt(add(content.bytes)), (cluster % entriesPerTable) * 8);
  }
  header.writeUInt32LE(QED_MAGIC, 0);
  header.writeUInt32LE(clusterSize, 4);
  header.writeUInt32LE(tableClusters, 8);
  header.writeUInt32LE(headerClusters, 12);
  header.writeUInt32LE(features, 16);
  header.writeBigUInt64LE(BigInt(header.length), 40);
  header.writeBigUInt64LE(BigInt(sizeBytes), 48);
  return { file: Buffer.concat(parts), clusterSize, tableBytes, l1Offset: header.length, l2Offsets };
}

/** What the guest must read from an image built by the recipe. */
export function qedContent({ sizeBytes, clusters, clusterSize = 4096 }: QedRecipe): Buffer {
  const content = Buffer.alloc(Math.ceil(sizeBytes / clusterSize) * clusterSize);
  for (const [cluster, wanted] of clusters) {
    if (wanted.kind === "data") {
      content.set(wanted.bytes, cluster * clusterSize);
    }
  }
  return content.subarray(0, sizeBytes);
}
