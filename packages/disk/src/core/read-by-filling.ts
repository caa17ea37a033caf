import type { ReadOptions } from "./byte-source.ts";
import { checkRange } from "./check-range.ts";

/** A source or a disk that puts bytes into the caller's memory. */
type Filler = ({ readonly lengthBytes: number } | { readonly virtualSizeBytes: number }) & {
  readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void>;
};

/**
 * The `read` of a source or a disk by its `readInto`. The memory is cleared first, so that none of what others had there can come along.
 *
 * Memory  what it answers
 * Throws  RangeError; what `readInto` throws
 */
export async function readByFilling(filler: Filler, offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
  checkRange(offset, length, "lengthBytes" in filler ? filler.lengthBytes : filler.virtualSizeBytes);
  const target = Buffer.alloc(length);
  await filler.readInto(target, offset, options);
  return target;
}
