import { DiskError } from "../core/disk-error.ts";
import { damaged } from "./mapping-errors.ts";

/** Clusters of a file that can be told apart: 16 TiB in clusters of 64 KiB. */
const MAX_MARKS = 2 ** 28;

/**
 * Notes which clusters of a file are in use, to refuse a second use.
 *
 * Memory  one bit for each cluster of the file, at most 32 MiB
 */
export class ClusterMarks {
  readonly #format: string;
  readonly #clusterSize: number;
  readonly #origin: number;
  readonly #bits: Uint8Array;
  #marked = 0;

  /**
   * Keeps track of the clusters from `origin` to `end`, places in the file.
   *
   * Throws  disk.limit (there are more clusters than can be kept track of)
   */
  constructor(file: { readonly format: string; readonly clusterSize: number; readonly origin: number; readonly end: number }) {
    const clusters = Math.ceil((file.end - file.origin) / file.clusterSize);
    if (clusters > MAX_MARKS) {
      throw new DiskError("disk.limit", `The file has ${clusters} clusters, and at most ${MAX_MARKS} can be checked for double use.`, {
        remedy: "Convert it to qcow2 with the program that made it.",
      });
    }
    this.#format = file.format;
    this.#clusterSize = file.clusterSize;
    this.#origin = file.origin;
    this.#bits = new Uint8Array(Math.ceil(clusters / 8));
  }

  /** How many clusters are in use. */
  get marked(): number {
    return this.#marked;
  }

  /**
   * Marks the clusters of a stretch of the file, which begins at a cluster.
   *
   * Throws  disk.corrupt (one is in use already)
   */
  mark(offset: number, length: number): void {
    const first = (offset - this.#origin) / this.#clusterSize;
    const end = Math.ceil((offset + length - this.#origin) / this.#clusterSize);
    for (let cluster = first; cluster < end; cluster += 1) {
      const at = Math.floor(cluster / 8);
      const bits = this.#bits[at] ?? 0;
      const bit = 1 << (cluster % 8);
      if ((bits & bit) !== 0) {
        throw damaged(`The ${this.#format} image uses the cluster at ${this.#origin + cluster * this.#clusterSize} of the file twice`);
      }
      this.#bits[at] = bits | bit;
      this.#marked += 1;
    }
  }
}
