import type { Extent, ReadOptions } from "../core/byte-source.ts";
import { HoleList } from "./hole-list.ts";
import type { ListsExtents } from "./hole-list.ts";

/**
 * Remembers where a disk or a source reads as zeros, whether they were written or not.
 *
 * Memory  16 bytes a stretch, at most 64 MiB (see `HoleList`)
 * Throws  disk.limit (too many of them), what the list throws
 */
export function listZeros(from: ListsExtents, options?: ReadOptions): Promise<HoleList> {
  return HoleList.of({ extents: (given) => zerosAsHoles(from.extents(given)) }, options);
}

async function* zerosAsHoles(extents: AsyncIterable<Extent>): AsyncGenerator<Extent> {
  for await (const extent of extents) {
    yield extent.kind === "zero" ? { ...extent, kind: "hole" } : extent;
  }
}
