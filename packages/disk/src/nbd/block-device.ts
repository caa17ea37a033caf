import type { ReadOptions } from "../core/byte-source.ts";

/** A run of bytes that are all known to be zeros, or may be anything. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
  readonly isZero: boolean;
}

/** How a device is changed. Ranges were checked by the caller. */
export interface DeviceWrites {
  /** Throws  what the medium throws, e.g. an error with the code ENOSPC */
  write(offset: number, bytes: Uint8Array, options?: ReadOptions): Promise<void>;
  /** Makes a range read as zeros. */
  writeZeroes(offset: number, length: number, options?: ReadOptions): Promise<void>;
  /** Forgets what it can of a range, which then reads as zeros or as before. */
  trim(offset: number, length: number): Promise<void>;
}

/**
 * What a server exports: bytes by position, a map by position, and perhaps a way to change them. Ranges were checked by the caller.
 *
 * Units   bytes
 */
export interface BlockDevice extends AsyncDisposable {
  readonly sizeBytes: number;
  /** Absent when the device is read-only. */
  readonly writes?: DeviceWrites;

  /** Returns exactly `length` bytes, perhaps of a cache: they must not be changed. */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;

  /** Lists what is known of a range, in order and without gaps; neighbours may be alike. */
  stretches(offset: number, length: number, options?: ReadOptions): AsyncIterable<Stretch>;
}
