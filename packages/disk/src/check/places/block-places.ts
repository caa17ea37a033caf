import type { ReadOptions } from "../../core/byte-source.ts";

/** A stretch of the guest's disk that lies in the file as it is. Units: bytes; `length` in the file, with what belongs to it. */
export interface Place {
  readonly diskOffset: number;
  readonly fileOffset: number;
  readonly length: number;
}

/** A part of the file that is not the guest's. Units: bytes. */
export interface TakenPart {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/** Where a format keeps the guest's blocks, as far as its codec tells. Units: bytes. */
export interface BlockPlaces {
  readonly diskBytes: number;
  /** What one entry of the map stands for. */
  readonly blockBytes: number;
  /**
   * Lists the places of `[from, to)` in batches, ascending, each with the place of the disk up to which it goes.
   *
   * Throws  DiskError at the first entry that cannot be
   */
  places(range: { readonly from: number; readonly to: number }, options: ReadOptions): AsyncIterable<PlaceBatch>;
  readonly taken: readonly TakenPart[];
  /** Where blocks may be: what lies there and is named by nothing is a leak when a whole block has room in it. Undefined: not told. */
  readonly blockArea: { readonly from: number; readonly to: number; readonly blockBytes: number } | undefined;
}

export interface PlaceBatch {
  readonly places: readonly Place[];
  readonly end: number;
}
