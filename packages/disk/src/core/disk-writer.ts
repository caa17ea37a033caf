import type { DiskFormat } from "./disk-format.ts";

/** Bytes of an output file at their place. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /**
   * Hands the memory of `bytes` back to the writer, which then fills it anew. Call it at most once, when nothing reads `bytes` any more.
   * Without the call `bytes` stay as they are for as long as anyone holds them, and the writer allocates other memory.
   */
  readonly release?: (() => void) | undefined;
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
 * Shape   `pieces` do not overlap; ranges that no piece covers are zeros. Each call of `pieces` makes the whole file anew.
 *         A plan that is not sequential sends the head of the file last, so that a sink can keep the head back
 *         (a file, a multipart upload whose first part goes last) and nothing half-written ever passes for an image
 * Memory  bounded by the writer, whatever the disk's size (each writer writes its bound down)
 */
export interface PlannedFile {
  /** What the file is: a disk image, or an archive around disk images. */
  readonly format: DiskFormat | "ova";
  /** Length of the whole file, or undefined while it is not known: then the file ends where the furthest piece ends. */
  readonly totalBytes: number | undefined;
  /** True when the pieces come in ascending order without going back, so that a stream can carry them. */
  readonly sequential: boolean;
  pieces(options?: WriteOptions): AsyncIterable<Piece>;
}
