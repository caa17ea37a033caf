import type { Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { fillFrom } from "../core/fill-from.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";

/**
 * A disk that shows a stretch of another one, and zeros where the stretch goes beyond its end. Closing it closes the other.
 *
 * Shape   what lies beyond the end is `zero`, not `hole`: no disk beneath shows through there
 * Memory  what one read returns
 * Throws  as the disk
 */
export class DiskWindow implements VirtualDisk {
  readonly format: VirtualDisk["format"];
  readonly sectorSizeBytes: number;
  readonly warnings: VirtualDisk["warnings"];
  readonly details: VirtualDisk["details"];
  readonly virtualSizeBytes: number;
  readonly #disk: VirtualDisk;
  readonly #start: number;
  /** Bytes of the window that the disk has. */
  readonly #shownBytes: number;

  constructor(disk: VirtualDisk, { offset, length }: { readonly offset: number; readonly length: number }) {
    this.#disk = disk;
    this.#start = offset;
    this.#shownBytes = Math.max(Math.min(length, disk.virtualSizeBytes - offset), 0);
    this.virtualSizeBytes = length;
    this.format = disk.format;
    this.sectorSizeBytes = disk.sectorSizeBytes;
    this.warnings = disk.warnings;
    this.details = disk.details;
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    const end = this.#start + this.#shownBytes;
    for await (const { offset, length, kind } of this.#disk.extents(options)) {
      const from = Math.max(offset, this.#start);
      const to = Math.min(offset + length, end);
      if (from < to) {
        yield { offset: from - this.#start, length: to - from, kind };
      }
      if (to === end) {
        break;
      }
    }
    if (this.#shownBytes < this.virtualSizeBytes) {
      yield { offset: this.#shownBytes, length: this.virtualSizeBytes - this.#shownBytes, kind: "zero" };
    }
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.virtualSizeBytes);
    if (offset + length <= this.#shownBytes) {
      return this.#disk.read(this.#start + offset, length, options);
    }
    const target = Buffer.allocUnsafe(length);
    await this.readInto(target, offset, options);
    return target;
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    options?.signal?.throwIfAborted();
    const shown = Math.min(Math.max(this.#shownBytes - offset, 0), target.length);
    target.fill(0, shown);
    if (shown > 0) {
      await fillFrom(this.#disk, target.subarray(0, shown), this.#start + offset, options);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#disk[Symbol.asyncDispose]());
  }
}
