import { mergeExtents } from "@tintype/disk/core/merge-extents.ts";
import type { Extent, ReadOptions } from "@tintype/disk/core/byte-source.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import type { ImageExtent } from "@tintype/contract/api/image-content.ts";

/** Bytes `start` up to, not including, `end`, and how many extents of them. */
export interface ExtentWindow {
  readonly start: number;
  readonly end: number;
  readonly limit: number;
}

/**
 * Lists the data and the zeros of a part of a disk. What is not listed for want of room begins where the last one ends.
 *
 * Memory  the extents that are answered; those in front of the window are passed over one by one, since a map is read from its start
 */
export async function listImageExtents(
  disk: Pick<VirtualDisk, "extents">,
  { start, end, limit }: ExtentWindow,
  options: ReadOptions,
): Promise<readonly ImageExtent[]> {
  const found: ImageExtent[] = [];
  for await (const { offset, length, kind } of mergeExtents(zerosAlike(disk.extents(options)))) {
    const [from, to] = [Math.max(offset, start), Math.min(offset + length, end)];
    if (offset >= end || found.length === limit) {
      break;
    }
    if (from < to) {
      found.push({ offset: from, length: to - from, kind: kind === "data" ? "data" : "zero" });
    }
  }
  return found;
}

async function* zerosAlike(extents: AsyncIterable<Extent>): AsyncGenerator<Extent> {
  for await (const extent of extents) {
    yield extent.kind === "hole" ? { ...extent, kind: "zero" } : extent;
  }
}
