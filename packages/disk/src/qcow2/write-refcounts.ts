import type { Piece } from "../core/disk-writer.ts";
import { clustersPerRefcountBlock } from "./plan-layout.ts";
import type { Qcow2Layout } from "./plan-layout.ts";
import { writeU64 } from "./write-u64.ts";

/**
 * Counts references to clusters of the file and makes refcount blocks and their table from the counts.
 *
 * Shape   counts stay far below 2^16: no compressor makes a cluster of up to 2 MiB smaller than 2 MiB / 2^16 = 32 bytes
 * Memory  blocks that are not settled (one block counts 2 GiB of file at 64 KiB clusters), and the table (at most 8 MiB)
 * Source  QEMU docs/interop/qcow2, "Host cluster management"
 */
export class RefcountWriter {
  readonly #layout: Qcow2Layout;
  readonly #clustersPerBlock: number;
  readonly #open = new Map<number, DataView<ArrayBuffer>>();
  readonly #used: number[] = [];
  readonly #table: Uint8Array;
  readonly #tableView: DataView;

  constructor(layout: Qcow2Layout) {
    this.#layout = layout;
    this.#clustersPerBlock = clustersPerRefcountBlock(layout.clusterSize);
    this.#table = new Uint8Array(layout.refcountTableClusters * layout.clusterSize);
    this.#tableView = new DataView(this.#table.buffer);
  }

  /** Counts one more reference to each cluster of `[from, end)`. */
  add(from: number, end: number): void {
    for (let cluster = from; cluster < end; cluster += 1) {
      const view = this.#blockOf(Math.floor(cluster / this.#clustersPerBlock));
      const at = (cluster % this.#clustersPerBlock) * 2;
      view.setUint16(at, view.getUint16(at) + 1);
    }
  }

  /** Answers the blocks in which nothing changes any more: those that count only clusters of `[from, end)`. */
  settle(from: number, end: number): Piece[] {
    const pieces: Piece[] = [];
    for (const [block, view] of this.#open) {
      if (block * this.#clustersPerBlock >= from && (block + 1) * this.#clustersPerBlock <= end) {
        pieces.push(this.#pieceOf(block, view));
        this.#open.delete(block);
      }
    }
    return pieces;
  }

  /** Counts the blocks themselves, and answers those that are left and the table. */
  finish(): Piece[] {
    const { clusterSize, refcountBlocksAt, refcountTableAt } = this.#layout;
    // Counting a block may take a further one into use, which the loop then meets.
    for (const block of this.#used) {
      this.add(refcountBlocksAt + block, refcountBlocksAt + block + 1);
    }
    const blocks = [...this.#open].map(([block, view]) => this.#pieceOf(block, view));
    this.#open.clear();
    return [...blocks, { offset: refcountTableAt * clusterSize, bytes: this.#table }];
  }

  #blockOf(block: number): DataView {
    const open = this.#open.get(block);
    if (open !== undefined) {
      return open;
    }
    const view = new DataView(new ArrayBuffer(this.#layout.clusterSize));
    this.#open.set(block, view);
    this.#used.push(block);
    writeU64(this.#tableView, block * 8, this.#offsetOf(block));
    return view;
  }

  #pieceOf(block: number, view: DataView<ArrayBuffer>): Piece {
    return { offset: this.#offsetOf(block), bytes: new Uint8Array(view.buffer) };
  }

  #offsetOf(block: number): number {
    return (this.#layout.refcountBlocksAt + block) * this.#layout.clusterSize;
  }
}
