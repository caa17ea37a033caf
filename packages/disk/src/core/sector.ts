import type { DiskWarning } from "./virtual-disk.ts";

/** Bytes of the sectors in which every disk of this package is counted. */
export const SECTOR_BYTES = 512;

/** Rounds a size up to whole sectors, as hypervisors do that attach the disk. */
export function roundUpToSector(bytes: number): number {
  return Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;
}

/** Tells, as a list of none or one, that a disk's size was rounded up. */
export function sizeWarnings(statedBytes: number): readonly DiskWarning[] {
  const virtualBytes = roundUpToSector(statedBytes);
  if (virtualBytes === statedBytes) {
    return [];
  }
  const message = `The size of ${statedBytes} bytes is not a multiple of ${SECTOR_BYTES}; the disk has ${virtualBytes} bytes.`;
  return [{ code: "disk.sizeRounded", message }];
}
