import type { ReadOptions } from "../core/byte-source.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { dataClusters } from "../pipeline/data-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";

/** How the blocks of a file lie. Units: bytes. */
export interface BlockGrid {
  readonly blockBytes: number;
  readonly firstDataAt: number;
  readonly strideBytes: number;
}

/** Where guest bytes go, and where the data of their block begins. */
export interface BlockPlace {
  readonly at: number;
  readonly blockAt: number;
}

/**
 * Gives the blocks of a disk their places in a file, one behind the other in the order of the disk.
 *
 * Memory  4 bytes for each block of the disk
 */
export class BlockPlaces {
  /** For each block its number in the file, counted from 1; 0 when it is not there. */
  readonly ordinals: Uint32Array;
  readonly #grid: BlockGrid;
  readonly #isFinal: boolean;
  #count: number;

  private constructor(grid: BlockGrid, facts: { readonly ordinals: Uint32Array; readonly count: number; readonly isFinal: boolean }) {
    this.#grid = grid;
    this.ordinals = facts.ordinals;
    this.#count = facts.count;
    this.#isFinal = facts.isFinal;
  }

  /** Blocks get their places when the first bytes come that are not zeros. */
  static allocating(grid: BlockGrid, sizeBytes: number): BlockPlaces {
    return new BlockPlaces(grid, { ordinals: new Uint32Array(Math.ceil(sizeBytes / grid.blockBytes)), count: 0, isFinal: false });
  }

  /** All blocks that the extent map says hold data get their places now. Throws what the disk throws. */
  static async fromMap(grid: BlockGrid, disk: VirtualDisk, options: ReadOptions): Promise<BlockPlaces> {
    const ordinals = new Uint32Array(Math.ceil(disk.virtualSizeBytes / grid.blockBytes));
    let count = 0;
    for await (const run of dataClusters(disk, grid.blockBytes, options)) {
      for (let block = run.first; block < run.first + run.count; block += 1) {
        count += 1;
        ordinals[block] = count;
      }
    }
    return new BlockPlaces(grid, { ordinals, count, isFinal: true });
  }

  /** How many blocks have a place. */
  get count(): number {
    return this.#count;
  }

  /**
   * Answers where bytes of the guest's disk go; undefined when they are zeros and their block has no place, and so needs none.
   *
   * Throws  disk.io (the places are final, and the block has none: the disk has changed)
   */
  placeOf(guestOffset: number, isEmpty: boolean): BlockPlace | undefined {
    const { blockBytes, firstDataAt, strideBytes } = this.#grid;
    const block = Math.floor(guestOffset / blockBytes);
    let ordinal = this.ordinals[block] ?? 0;
    if (ordinal === 0 && this.#isFinal) {
      throw sourceChanged();
    }
    if (ordinal === 0) {
      if (isEmpty) {
        return undefined;
      }
      this.#count += 1;
      ordinal = this.#count;
      this.ordinals[block] = ordinal;
    }
    const blockAt = firstDataAt + (ordinal - 1) * strideBytes;
    return { at: blockAt + (guestOffset % blockBytes), blockAt };
  }
}
