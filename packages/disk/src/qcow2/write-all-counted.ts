import type { Piece } from "../core/disk-writer.ts";
import { clustersPerRefcountBlock } from "./plan-layout.ts";
import type { Qcow2Layout } from "./plan-layout.ts";
import { writeU64 } from "./write-u64.ts";

/**
 * Makes the refcount table and blocks of a file in which every cluster is referenced once.
 *
 * Shape   ascending: the table, then the blocks
 * Memory  the table (at most 8 MiB) and one block
 * Source  QEMU docs/interop/qcow2, "Host cluster management"
 */
export function* writeAllCounted(layout: Qcow2Layout): Generator<Piece> {
  const { clusterSize, refcountBlocks, refcountBlocksAt, endAt } = layout;
  const table = new DataView(new ArrayBuffer(layout.refcountTableClusters * clusterSize));
  for (let block = 0; block < refcountBlocks; block += 1) {
    writeU64(table, block * 8, (refcountBlocksAt + block) * clusterSize);
  }
  yield { offset: layout.refcountTableAt * clusterSize, bytes: new Uint8Array(table.buffer) };

  const perBlock = clustersPerRefcountBlock(clusterSize);
  const once = Buffer.from([0, 1]);
  for (let block = 0; block < refcountBlocks; block += 1) {
    const counted = Math.min(endAt - block * perBlock, perBlock);
    const bytes = Buffer.alloc(clusterSize);
    bytes.fill(once, 0, counted * 2);
    yield { offset: (refcountBlocksAt + block) * clusterSize, bytes };
  }
}
