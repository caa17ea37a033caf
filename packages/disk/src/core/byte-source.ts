/** Options of every read that can wait. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** One run of a file's or a disk's bytes: `data` is stored, `zero` is known to read as zeros, `hole` was never written (reads as zeros when nothing lies beneath). */
export interface Extent {
  readonly offset: number;
  readonly length: number;
  readonly kind: ExtentKind;
}

export type ExtentKind = "data" | "zero" | "hole";

/**
 * Random-access bytes of known length that never change while open: a local file, an object, a stored image.
 *
 * Units   bytes
 * Memory  what one read returns
 */
export interface ByteSource extends AsyncDisposable {
  /** Total length in bytes. */
  readonly lengthBytes: number;

  /**
   * Returns exactly `length` bytes from `offset`; the result may share memory with a cache and must not be changed.
   *
   * Throws  RangeError when the range leaves the source; `disk.io` when the medium fails or is shorter than it said
   */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;

  /**
   * Fills `target` from `offset`, without allocating, where the source can.
   *
   * Throws  as `read`
   */
  readInto?(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void>;

  /**
   * Lists data and holes in ascending order without gaps, where the medium knows them (a sparse local file, a stored image).
   * Absent when it does not know: then everything is data.
   */
  extents?(options?: ReadOptions): AsyncIterable<Extent>;
}
