import type { Extent, ReadOptions } from "../core/byte-source.ts";

/**
 * One stretch of a VMDK's disk, which is made of one or more of them.
 *
 * Units  bytes, offsets from the beginning of the stretch
 */
export interface VmdkExtent {
  readonly lengthBytes: number;
  /** Ascending, no gaps, covers `[0, lengthBytes)`. */
  extents(options?: ReadOptions): AsyncIterable<Extent>;
  /** Fills `target`; the range lies inside the stretch. */
  readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void>;
}
