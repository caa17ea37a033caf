import type { Extent, ReadOptions } from "../byte-source.ts";

/** Collects the extents of a disk or a source; one that has none to tell counts as empty. For tests. */
export async function listExtents(
  from: { extents?(options?: ReadOptions): AsyncIterable<Extent> },
  options?: ReadOptions,
): Promise<Extent[]> {
  const extents: Extent[] = [];
  for await (const extent of from.extents?.(options) ?? []) {
    extents.push(extent);
  }
  return extents;
}
