import { ClusterNumbers } from "./cluster-numbers.ts";

/** What a cluster can be used for; a bit each. */
export const uses = {
  header: 1,
  "refcount table": 2,
  "refcount block": 4,
  "L1 table": 8,
  "L2 table": 16,
  data: 32,
  "compressed data": 64,
  "snapshot table": 128,
  bitmaps: 256,
} as const;

export type Use = keyof typeof uses;

/** Uses of which a cluster can have no second one, also not of the same kind. Tables and data may be shared with a snapshot. */
const EXCLUSIVE = uses.header | uses["refcount table"] | uses["refcount block"] | uses["L1 table"] | uses["snapshot table"] | uses.bitmaps;

/**
 * Counts how often each cluster of a file is referred to, and for what.
 *
 * Memory  4 bytes for each cluster in use
 */
export class ClusterUse {
  readonly counts: ClusterNumbers;
  readonly #kinds: ClusterNumbers;
  readonly #clusterSize: number;
  readonly #fileBytes: number;

  constructor(file: { readonly clusterSize: number; readonly fileBytes: number; readonly clusters: number }) {
    this.#clusterSize = file.clusterSize;
    this.#fileBytes = file.fileBytes;
    this.counts = new ClusterNumbers(file.clusters);
    this.#kinds = new ClusterNumbers(file.clusters);
  }

  /** Notes that the clusters of a stretch are used. Answers false, and notes nothing, when it ends a cluster or more behind the file's end. */
  refer(offset: number, length: number, use: Use, times = 1): boolean {
    if (length === 0) {
      return true;
    }
    // The last cluster of a file may be cut short.
    if (offset + length - this.#fileBytes >= this.#clusterSize) {
      return false;
    }
    const last = Math.floor((offset + length - 1) / this.#clusterSize);
    for (let cluster = Math.floor(offset / this.#clusterSize); cluster <= last; cluster += 1) {
      this.counts.add(cluster, times);
      this.#kinds.mark(cluster, uses[use]);
    }
    return true;
  }

  isUsedFor(cluster: number, use: Use): boolean {
    return (this.#kinds.get(cluster) & uses[use]) !== 0;
  }

  /** Names what a cluster is used for, when that cannot all be; undefined when it can. */
  clashIn(cluster: number): string | undefined {
    const kinds = this.#kinds.get(cluster);
    const isSingle = (kinds & (kinds - 1)) === 0;
    if (isSingle && ((kinds & EXCLUSIVE) === 0 || this.counts.get(cluster) === 1)) {
      return undefined;
    }
    const names = Object.entries(uses).flatMap(([name, bit]) => ((kinds & bit) === 0 ? [] : [name]));
    return isSingle ? `${names.join()} more than once` : names.join(" and ");
  }
}
