import type { DetectedFormat } from "../core/disk-format.ts";
import type { ConvertProgress } from "../core/disk-writer.ts";
import type { DiskWarning } from "../core/virtual-disk.ts";
import type { OpenDiskOptions } from "../detect/open-disk.ts";

/**
 * One thing that is wrong with an image.
 *
 * Shape   `error` means content is lost, ambiguous, or will be at the next write; `leak` means only that the file is longer than it need be
 * Units   bytes; `fileOffset` in the file, `diskOffset` in the guest's disk, each only where it is known
 */
export interface Fault {
  /** Stable: a `DiskErrorCode`, or the name of the format and what is wrong. */
  readonly code: string;
  readonly message: string;
  readonly fileOffset?: number;
  readonly diskOffset?: number;
  readonly severity: "error" | "leak";
}

/** What a check found. */
export interface CheckReport {
  /** What the file is by its content; undefined when that cannot be told. */
  readonly format: DetectedFormat | undefined;
  /** The first faults, in the order in which they were found. */
  readonly faults: readonly Fault[];
  /** How many more there were. */
  readonly omittedFaults: number;
  readonly warnings: readonly DiskWarning[];
  /** How far the disk's map could be walked, from its start. */
  readonly checkedBytes: number;
  /** Bytes of the file that are set aside and used by nothing; undefined when the format does not tell. */
  readonly leakedBytes?: number;
  /** Figures of the format, by name. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

export interface CheckOptions extends OpenDiskOptions {
  /** Whether all data is read too, which decompresses it and checks the sums that the format has. Default: only the map is checked. */
  readonly readData?: boolean | undefined;
  /** Told of bytes read when all data is read, else of bytes whose place was looked up. */
  readonly onProgress?: ((progress: ConvertProgress) => void) | undefined;
}
