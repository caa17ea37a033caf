import type { ReadOptions } from "../core/byte-source.ts";
import { fillFrom } from "../core/fill-from.ts";
import { settleAll } from "../core/settle-all.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { pairExtents } from "./pair-extents.ts";
import type { ExtentPair } from "./pair-extents.ts";

/** Bytes that are read from each disk at a time. */
const CHUNK_BYTES = 2 * 1024 * 1024;

/** What a comparison found. `sizeDifferenceBytes` is how much longer the second disk is. */
export type DiskComparison =
  | { readonly equal: true; readonly sizeDifferenceBytes: number }
  | { readonly equal: false; readonly offset: number; readonly sizeDifferenceBytes: number };

/**
 * Compares what a guest would read from two disks, in any formats, and finds the first byte that differs. What is empty on both sides is
 * not read. Disks of different sizes are equal when the longer one ends in zeros only.
 *
 * Units   bytes; `offset` in the guest's disk
 * Memory  2 MiB for each disk, and what the disks need
 * Throws  what the disks throw
 */
export async function compareDisks(a: VirtualDisk, b: VirtualDisk, options: ReadOptions = {}): Promise<DiskComparison> {
  const sizeDifferenceBytes = b.virtualSizeBytes - a.virtualSizeBytes;
  const contentA = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const contentB = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for await (const chunk of chunksWithData(a, b, options)) {
    const partA = contentA.subarray(0, chunk.length);
    const partB = contentB.subarray(0, chunk.length);
    await settleAll([
      chunk.a === "data" ? fillFrom(a, partA, chunk.offset, options) : zero(partA),
      chunk.b === "data" ? fillFrom(b, partB, chunk.offset, options) : zero(partB),
    ]);
    if (!partA.equals(partB)) {
      const offset = chunk.offset + partA.findIndex((byte, index) => byte !== partB[index]);
      return { equal: false, offset, sizeDifferenceBytes };
    }
  }
  return { equal: true, sizeDifferenceBytes };
}

/** The stretches where at least one disk has data, in pieces that fit the buffers. */
async function* chunksWithData(a: VirtualDisk, b: VirtualDisk, options: ReadOptions): AsyncGenerator<ExtentPair> {
  for await (const pair of pairExtents(a, b, options)) {
    if (pair.a === "data" || pair.b === "data") {
      for (let done = 0; done < pair.length; done += CHUNK_BYTES) {
        yield { ...pair, offset: pair.offset + done, length: Math.min(CHUNK_BYTES, pair.length - done) };
      }
    }
  }
}

async function zero(bytes: Uint8Array): Promise<void> {
  bytes.fill(0);
}
