import { checkRange } from "../core/check-range.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { DiskWindow } from "./disk-window.ts";

/**
 * Shows a part of a disk, one partition say, as a disk of its own. Closing the part closes the disk.
 *
 * Units   bytes; both are multiples of 512
 * Memory  what one read returns
 * Throws  RangeError (the part leaves the disk, is empty, or is not whole sectors); the disk then stays the caller's
 */
export function sliceDisk(disk: VirtualDisk, part: { readonly offset: number; readonly length: number }): VirtualDisk {
  checkRange(part.offset, part.length, disk.virtualSizeBytes);
  if (part.length === 0 || part.offset % SECTOR_BYTES !== 0 || part.length % SECTOR_BYTES !== 0) {
    throw new RangeError(`A part of ${part.length} bytes at ${part.offset} is not whole sectors of ${SECTOR_BYTES} bytes.`);
  }
  return new DiskWindow(disk, part);
}
