import type { ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import { fillFrom } from "../core/fill-from.ts";
import { isZero } from "../core/is-zero.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BLOCK_BYTES } from "../pipeline/pace.ts";
import { DiskWindow } from "./disk-window.ts";

/**
 * Shows a disk with another size: longer with zeros behind it, or shorter when only zeros are cut off. What the map calls data there is read,
 * since a source without a map calls everything data. The disk is taken over, and closed when this fails.
 *
 * Units   bytes; a multiple of 512
 * Memory  2 MiB while the end is looked at, afterwards what one read returns
 * Throws  disk.unsupported (data would be cut off; the message says where the first byte and the end of that data lie),
 *         RangeError (no size for a disk), what the disk throws
 */
export function resizeDisk(disk: VirtualDisk, sizeBytes: number, options: ReadOptions = {}): Promise<VirtualDisk> {
  return closeOnFailure(disk, async () => {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0 || sizeBytes % SECTOR_BYTES !== 0) {
      throw new RangeError(`${sizeBytes} is not a size for a disk: it is counted in sectors of ${SECTOR_BYTES} bytes.`);
    }
    if (sizeBytes < disk.virtualSizeBytes) {
      await refuseDataBehind(disk, sizeBytes, options);
    }
    return new DiskWindow(disk, { offset: 0, length: sizeBytes });
  });
}

async function refuseDataBehind(disk: VirtualDisk, sizeBytes: number, options: ReadOptions): Promise<void> {
  let firstByte: number | undefined;
  let dataEnd = 0;
  for await (const { offset, length, kind } of disk.extents(options)) {
    const end = offset + length;
    if (kind === "data" && end > sizeBytes) {
      firstByte ??= await findByte(disk, [Math.max(offset, sizeBytes), end], options);
      // Once it is clear that the disk cannot be cut, the map alone tells how far its data goes.
      dataEnd = end;
    }
  }
  if (firstByte !== undefined) {
    throw new DiskError(
      "disk.unsupported",
      `The disk cannot be cut to ${sizeBytes} bytes: it has data from ${firstByte} on, and its last data ends at ${dataEnd}.`,
      { remedy: `Choose at least ${dataEnd} bytes, or shrink the file systems on the disk first.` },
    );
  }
}

/** Finds the first byte in `[start, end)` that is not zero. */
async function findByte(
  disk: VirtualDisk,
  [start, end]: readonly [start: number, end: number],
  options: ReadOptions,
): Promise<number | undefined> {
  const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, end - start));
  for (let at = start; at < end; at += buffer.length) {
    const block = buffer.subarray(0, Math.min(buffer.length, end - at));
    await fillFrom(disk, block, at, options);
    if (!isZero(block)) {
      return at + block.findIndex((byte) => byte !== 0);
    }
  }
  return undefined;
}
