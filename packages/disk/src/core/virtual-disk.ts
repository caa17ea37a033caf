import type { Extent, ReadOptions } from "./byte-source.ts";
import type { DiskFormat } from "./disk-format.ts";

/** Something the reader noticed that does not stop it, with a stable code and a sentence for people. */
export interface DiskWarning {
  readonly code: string;
  readonly message: string;
}

/**
 * The guest's view of a disk image: what a virtual machine would read, whatever the container.
 *
 * Shape   immutable; `extents` ascends, does not overlap and covers `[0, virtualSizeBytes)` without gaps
 * Units   bytes, offsets in the guest's disk
 */
export interface VirtualDisk extends AsyncDisposable {
  readonly format: DiskFormat;
  readonly virtualSizeBytes: number;
  readonly sectorSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  /** What the container says of itself (cluster size, version, compression …), for `info`. */
  readonly details: Readonly<Record<string, string | number | boolean>>;

  /** Lists runs of data, zeros and holes. Neighbouring runs of one kind may be merged or not. */
  extents(options?: ReadOptions): AsyncIterable<Extent>;

  /**
   * Returns exactly `length` guest bytes from `offset`.
   *
   * Throws  RangeError when the range leaves the disk; `disk.corrupt` when the container contradicts itself there
   */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;

  /** As `read`, into the caller's memory, where the codec can. */
  readInto?(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void>;
}
