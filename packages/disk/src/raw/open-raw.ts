import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { fillFrom } from "../core/fill-from.ts";
import { roundUpToSector, SECTOR_BYTES, sizeWarnings } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { checkVirtualSize, refuseEmptyFile } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";

/**
 * Opens bytes that are the disk itself, without a container. A size that is not whole sectors is rounded up with zeros, and told as a warning.
 * The source is closed with the disk, and also when opening fails.
 *
 * Memory  what one read returns
 * Throws  disk.truncated (there is not one byte), disk.limit (too large)
 */
export async function openRaw(source: ByteSource, limit: VirtualSizeLimit = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    refuseEmptyFile(source.lengthBytes);
    checkVirtualSize(source.lengthBytes, limit);
    return new RawDisk(source);
  });
}

class RawDisk implements VirtualDisk {
  readonly format = "raw";
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.virtualSizeBytes = roundUpToSector(source.lengthBytes);
    this.details = { fileSizeBytes: source.lengthBytes };
    this.warnings = sizeWarnings(source.lengthBytes);
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    const { lengthBytes } = this.#source;
    const extents = this.#source.extents?.(options) ?? [{ offset: 0, length: lengthBytes, kind: "data" as const }];
    for await (const extent of extents) {
      // The last run takes the padding with it, so that no run ends inside a sector.
      const end = extent.offset + extent.length === lengthBytes ? this.virtualSizeBytes : extent.offset + extent.length;
      yield { ...extent, length: end - extent.offset };
    }
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    if (offset + length <= this.#source.lengthBytes) {
      return this.#source.read(offset, length, options);
    }
    checkRange(offset, length, this.virtualSizeBytes);
    const target = Buffer.allocUnsafe(length);
    await this.readInto(target, offset, options);
    return target;
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    const stored = Math.min(Math.max(this.#source.lengthBytes - offset, 0), target.length);
    target.fill(0, stored);
    if (stored > 0) {
      await fillFrom(this.#source, target.subarray(0, stored), offset, options);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#source[Symbol.asyncDispose]());
  }
}
