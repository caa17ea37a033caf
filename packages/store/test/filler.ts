import { createHash } from "node:crypto";
import type { BlobId } from "../src/blob-store.ts";

/** Bytes that look random and do not compress; the same for the same seed. */
export function filler(seed: string, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : createHash("shake128", { outputLength: length }).update(seed).digest();
}

/** Bytes that compress to about a quarter and differ everywhere; the same for the same seed. */
export function compressibleFiller(seed: string, length: number): Buffer {
  return Buffer.from(
    filler(seed, Math.ceil(length / 8))
      .toString("hex")
      .repeat(4),
    "latin1",
  ).subarray(0, length);
}

/** A blob's name made from a word. */
export function blobIdOf(word: string): BlobId {
  // The digest has the 32 hex digits that the brand promises.
  return createHash("md5").update(word).digest("hex") as BlobId;
}
