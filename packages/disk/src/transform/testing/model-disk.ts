import * as fc from "fast-check";
import type { Extent, ReadOptions } from "../../core/byte-source.ts";
import { checkRange } from "../../core/check-range.ts";
import { SECTOR_BYTES } from "../../core/sector.ts";
import type { VirtualDisk } from "../../core/virtual-disk.ts";

/** One sector: a hole, zeros by the map, or data that consists of one byte (which may be zero). */
export type Cell = "hole" | "zero" | number;

/** Lists of sectors, with runs of one kind. */
export function cellLists(lengths: { readonly minLength: number; readonly maxLength: number }): fc.Arbitrary<Cell[]> {
  const cell = fc.oneof(fc.constant<Cell>("hole"), fc.constant<Cell>("zero"), fc.nat(9));
  return fc.array(cell, lengths);
}

/** What a disk of these sectors reads as. */
export function contentOf(cells: readonly Cell[]): Buffer {
  return Buffer.concat(cells.map((cell) => Buffer.alloc(SECTOR_BYTES, typeof cell === "number" ? cell : 0)));
}

/** A disk of given sectors, which counts how often it is closed and gives nothing when it is. For tests. */
export class ModelDisk implements VirtualDisk {
  readonly format = "raw";
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly warnings = [];
  readonly details = {};
  readonly virtualSizeBytes: number;
  readonly #cells: readonly Cell[];
  readonly #content: Buffer;
  timesClosed = 0;
  bytesRead = 0;

  constructor(cells: readonly Cell[]) {
    this.#cells = cells;
    this.#content = contentOf(cells);
    this.virtualSizeBytes = this.#content.length;
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    for (const [index, cell] of this.#cells.entries()) {
      options?.signal?.throwIfAborted();
      yield { offset: index * SECTOR_BYTES, length: SECTOR_BYTES, kind: typeof cell === "number" ? "data" : cell };
    }
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.virtualSizeBytes);
    options?.signal?.throwIfAborted();
    this.bytesRead += length;
    return this.#content.subarray(offset, offset + length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.timesClosed += 1;
  }
}
