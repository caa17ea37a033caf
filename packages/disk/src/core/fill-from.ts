import type { ReadOptions } from "./byte-source.ts";

/** What sources and disks have in common: bytes by position, perhaps straight into the caller's memory. */
export interface ReadableBytes {
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;
  readInto?(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void>;
}

/**
 * Fills `target` from `offset`, without a second copy in memory where the other side can.
 *
 * Memory  one extra copy of `target` when the other side has no `readInto`
 * Throws  what reading throws
 */
export async function fillFrom(from: ReadableBytes, target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
  if (from.readInto === undefined) {
    target.set(await from.read(offset, target.length, options));
  } else {
    await from.readInto(target, offset, options);
  }
}
