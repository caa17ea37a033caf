import type { Extent, ExtentKind, ReadOptions } from "../core/byte-source.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";

/** A stretch in which both disks keep one kind. Behind the end of the shorter disk its kind is `hole`. */
export interface ExtentPair {
  readonly offset: number;
  readonly length: number;
  readonly a: ExtentKind;
  readonly b: ExtentKind;
}

/** A disk, or one layer of it: a size and a map. */
export type MappedDisk = Pick<VirtualDisk, "virtualSizeBytes" | "extents">;

/**
 * Walks two disks side by side, to the end of the longer one.
 *
 * Shape   ascending, no gaps
 * Memory  one extent of each
 * Throws  what the disks throw
 */
export async function* pairExtents(a: MappedDisk, b: MappedDisk, options?: ReadOptions): AsyncGenerator<ExtentPair> {
  const end = Math.max(a.virtualSizeBytes, b.virtualSizeBytes);
  const walkA = extentsUpTo(a, end, options);
  const walkB = extentsUpTo(b, end, options);
  try {
    let nextA = await walkA.next();
    let nextB = await walkB.next();
    for (let offset = 0; nextA.done !== true && nextB.done !== true;) {
      const endA = nextA.value.offset + nextA.value.length;
      const endB = nextB.value.offset + nextB.value.length;
      const pairEnd = Math.min(endA, endB);
      yield { offset, length: pairEnd - offset, a: nextA.value.kind, b: nextB.value.kind };
      offset = pairEnd;
      nextA = endA === pairEnd ? await walkA.next() : nextA;
      nextB = endB === pairEnd ? await walkB.next() : nextB;
    }
  } finally {
    await walkA.return(undefined);
    await walkB.return(undefined);
  }
}

async function* extentsUpTo(disk: MappedDisk, end: number, options?: ReadOptions): AsyncGenerator<Extent> {
  for await (const extent of disk.extents(options)) {
    yield extent;
  }
  if (disk.virtualSizeBytes < end) {
    yield { offset: disk.virtualSizeBytes, length: end - disk.virtualSizeBytes, kind: "hole" };
  }
}
