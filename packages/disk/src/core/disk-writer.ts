import type { DiskFormat } from "./disk-format.ts";

/** Bytes of an output file at their place. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** How far a conversion is: guest bytes handled of guest bytes to handle (data only, holes are free). */
export interface ConvertProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ConvertProgress) => void) | undefined;
}

/**
 * An output file that is planned and not yet written: sizes and tables are known from the extent map, bytes are made while iterating.
 *
 * Shape   `pieces` covers the file; ranges that no piece covers are zeros
 * Memory  bounded by the writer, whatever the disk's size (each writer writes its bound down)
 */
export interface PlannedFile {
  readonly format: DiskFormat;
  /** Length of the whole file, or undefined while only the last piece will tell (compressed output). */
  readonly totalBytes: number | undefined;
  /** True when the pieces come in ascending order without going back, so that a stream can carry them. */
  readonly sequential: boolean;
  pieces(options?: WriteOptions): AsyncIterable<Piece>;
}
