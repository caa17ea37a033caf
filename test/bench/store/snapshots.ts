import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { seededNumbers } from "./bench-disk.ts";
import type { Patch } from "./bench-disk.ts";

const runBytes = 4 * 1024 * 1024;
const alignBytes = 4096;

/**
 * What a snapshot changes: 1 % of the disk's data, in runs of 4 MiB that begin anywhere at a multiple of 4 KiB. The new bytes are taken
 * from other places of the disk, moved by an odd number of bytes, so that they compress as the disk does and are nowhere in the store.
 */
export async function changesOf(disk: VirtualDisk, snapshot: number): Promise<Patch[]> {
  const places: { offset: number; length: number }[] = [];
  for await (const { kind, offset, length } of disk.extents()) {
    if (kind === "data" && length > 2 * runBytes) {
      places.push({ offset, length });
    }
  }
  const random = seededNumbers(snapshot);
  const dataBytes = places.reduce((sum, { length }) => sum + length, 0);
  const placeOf = (): number => {
    let at = random() * dataBytes;
    const place = places.find(({ length }) => (at -= length) < 0) ?? { offset: 0, length: 2 * runBytes };
    return place.offset + Math.floor((random() * (place.length - 2 * runBytes)) / alignBytes) * alignBytes;
  };
  const patches: Patch[] = [];
  for (let changed = 0; changed < dataBytes / 100; changed += runBytes) {
    patches.push({ offset: placeOf(), length: runBytes, source: placeOf() + 2 * snapshot + 1 });
  }
  return patches;
}
