import type { Extent } from "./byte-source.ts";

/**
 * Joins neighbouring extents of one kind, and drops empty ones.
 *
 * Memory  one extent
 * Throws  what the list throws
 */
export async function* mergeExtents(extents: AsyncIterable<Extent>): AsyncGenerator<Extent> {
  let pending: Extent | undefined;
  for await (const extent of extents) {
    if (extent.length === 0) {
      continue;
    }
    if (pending?.kind === extent.kind) {
      pending = { offset: pending.offset, length: pending.length + extent.length, kind: extent.kind };
    } else {
      if (pending !== undefined) {
        yield pending;
      }
      pending = extent;
    }
  }
  if (pending !== undefined) {
    yield pending;
  }
}
