/**
 * Hands out room in a growing file: compressed clusters lie back to back at any byte, plain ones have a cluster of their own.
 * The last cluster of compressed bytes stays open while plain ones are placed behind it.
 *
 * Shape   every call takes at most one more cluster of the file, so that n guest clusters never need more than n
 * Source  QEMU docs/interop/qcow2, "Compressed Clusters Descriptor": the bytes may go over into the next cluster of the file
 */
export class PackedRoom {
  readonly #clusterSize: number;
  #endCluster: number;
  #packedEnd: number;

  constructor(firstCluster: number, clusterSize: number) {
    this.#clusterSize = clusterSize;
    this.#endCluster = firstCluster;
    this.#packedEnd = firstCluster * clusterSize;
  }

  /** Behind the last cluster in use. */
  get endCluster(): number {
    return this.#endCluster;
  }

  /** Behind the last byte of compressed clusters. */
  get packedEndBytes(): number {
    return this.#packedEnd;
  }

  /** No later room lies in a cluster before this one. */
  get settledCluster(): number {
    return Math.min(Math.floor(this.#packedEnd / this.#clusterSize), this.#endCluster);
  }

  /** Answers the cluster for a plain one. */
  takePlain(): number {
    this.#endCluster += 1;
    return this.#endCluster - 1;
  }

  /** Answers the byte of the file for `lengthBytes`, more than none and less than a cluster. */
  takePacked(lengthBytes: number): number {
    const inCluster = this.#packedEnd % this.#clusterSize;
    const fits = inCluster > 0 && inCluster + lengthBytes <= this.#clusterSize;
    if (!fits) {
      const endOfOpen = Math.ceil(this.#packedEnd / this.#clusterSize);
      if (endOfOpen !== this.#endCluster) {
        this.#packedEnd = this.#endCluster * this.#clusterSize;
      }
      this.#endCluster += 1;
    }
    this.#packedEnd += lengthBytes;
    return this.#packedEnd - lengthBytes;
  }
}
