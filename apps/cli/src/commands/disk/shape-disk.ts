import type { ReadOptions } from "@tintype/disk/core/byte-source.ts";
import { closeOnFailure } from "@tintype/disk/core/close-on-failure.ts";
import { SECTOR_BYTES } from "@tintype/disk/core/sector.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { UsageError } from "../../errors/command-errors.ts";
import type { ShapeFlags } from "./shape-flags.ts";

/** Refuses a part or a size that no disk could have. Throws UsageError. */
export function checkShape({ offset, length, size }: ShapeFlags): void {
  for (const [flag, bytes] of Object.entries({ offset, length, size })) {
    if (bytes !== undefined && bytes % SECTOR_BYTES !== 0) {
      throw new UsageError(`--${flag} ${bytes}: a disk is counted in sectors of ${SECTOR_BYTES} bytes.`);
    }
  }
}

/**
 * Shows the part of a disk, and in the size, that was asked for: first the part is cut out, then it gets its size. The disk is taken over, and
 * closed when this fails.
 *
 * Throws  UsageError (the part leaves the disk), disk.unsupported (data would be cut off), what the disk throws
 */
export async function shapeDisk(disk: VirtualDisk, { offset, length, size }: ShapeFlags, options: ReadOptions): Promise<VirtualDisk> {
  const part = offset === undefined && length === undefined ? disk : await cutOut(disk, offset ?? 0, length);
  if (size === undefined) {
    return part;
  }
  const { resizeDisk } = await import("@tintype/disk/transform/resize-disk.ts");
  return resizeDisk(part, size, options);
}

function cutOut(disk: VirtualDisk, offset: number, length?: number): Promise<VirtualDisk> {
  return closeOnFailure(disk, async () => {
    const rest = disk.virtualSizeBytes - offset;
    if (rest <= 0 || (length ?? rest) > rest) {
      const part = length === undefined ? `What follows ${offset}` : `A part of ${length} bytes at ${offset}`;
      throw new UsageError(`${part} is not on the disk, which has ${disk.virtualSizeBytes} bytes.`);
    }
    const { sliceDisk } = await import("@tintype/disk/transform/slice-disk.ts");
    return sliceDisk(disk, { offset, length: length ?? rest });
  });
}
