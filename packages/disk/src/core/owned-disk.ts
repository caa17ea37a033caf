import type { Extent, ReadOptions } from "./byte-source.ts";
import { fillFrom } from "./fill-from.ts";
import type { DiskFormat } from "./disk-format.ts";
import type { DiskWarning, VirtualDisk } from "./virtual-disk.ts";

/** A disk that lies inside something that has to be closed after it, and may have warnings of its own. */
export class OwnedDisk implements VirtualDisk {
  readonly format: DiskFormat;
  readonly virtualSizeBytes: number;
  readonly sectorSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #disk: VirtualDisk;
  readonly #owner: AsyncDisposable;

  constructor(disk: VirtualDisk, { owner, warnings }: { readonly owner: AsyncDisposable; readonly warnings: readonly DiskWarning[] }) {
    this.#disk = disk;
    this.#owner = owner;
    this.format = disk.format;
    this.virtualSizeBytes = disk.virtualSizeBytes;
    this.sectorSizeBytes = disk.sectorSizeBytes;
    this.details = disk.details;
    this.warnings = [...warnings, ...disk.warnings];
  }

  extents(options?: ReadOptions): AsyncIterable<Extent> {
    return this.#disk.extents(options);
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return this.#disk.read(offset, length, options);
  }

  readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    return fillFrom(this.#disk, target, offset, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disk[Symbol.asyncDispose]();
    await this.#owner[Symbol.asyncDispose]();
  }
}
