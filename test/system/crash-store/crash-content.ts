import { createHash } from "node:crypto";
import type { BlobKey, BlobRecord } from "@tintype/store/blob-store.ts";
import type { StoreOptions } from "@tintype/store/open-chunk-store.ts";
import { filler } from "../../../packages/store/test/filler.ts";
import { keyOf, unwrap } from "../../../packages/store/test/keys.ts";

/** A blob: the words of its content and of its key. */
export interface CrashBlob {
  readonly content: string;
  readonly key: CrashKey;
}

/** Words of keys; blobs of "plain" have none. */
export const crashKeys = ["plain", "red", "blue"] as const;
export type CrashKey = (typeof crashKeys)[number];

const secretBytes = 32;

/** Small, so that a second is enough for many packs, and every operation has many moments at which it can be cut off. */
export const crashOptions = {
  chunkSizeBytes: 4096,
  packBytes: 24_576,
  workers: 1,
  cacheBytes: 0,
  // A key that was wrapped anew has something behind it.
  unwrapKey: async (wrapped) => unwrap(wrapped.subarray(0, secretBytes)),
} as const satisfies StoreOptions;

/** The key of a word, as a blob is created with it. */
export function crashKeyOf(word: CrashKey): BlobKey | undefined {
  return word === "plain" ? undefined : keyOf(word);
}

/** Wraps a secret in another form than `crashKeyOf` does. */
export async function crashRewrap(secret: Uint8Array): Promise<Uint8Array> {
  return Buffer.concat([await unwrap(secret), Buffer.from("again")]);
}

/** Content of a blob, from its word: up to 12 pages that others have too, its own, or zeros, and an uneven end. */
export function crashContent(word: string): Buffer {
  const [count = 0, tail = 0, ...kinds] = filler(`plan of ${word}`, 16);
  const pages = kinds.slice(0, count % 13).map((kind) => {
    if (kind > 240) {
      return Buffer.alloc(4096);
    }
    return kind > 100 ? filler(`page ${kind % 32}`, 4096) : filler(`page ${kind} of ${word}`, 4096);
  });
  return Buffer.concat([...pages, filler(word, tail)]);
}

/** What the images of all blobs have in common. */
const image = {
  projectId: "crashes",
  description: "",
  visibility: "private",
  protected: false,
  kind: "system",
  containerFormat: "bare",
  diskFormat: "raw",
  minDiskGiB: 1,
  minRamMiB: 0,
  maxRamMiB: 0,
  osType: "Linux",
  osBit: "64",
  osVersion: "Debian",
  platform: "Debian",
  architecture: "x86",
  firmware: "bios",
  enterpriseProjectId: "0",
  tags: [],
  properties: {},
  createdAt: 1,
  updatedAt: 1,
  activeAt: 1,
};

/** What the manifest of a blob says: that it is the disk of an image with the blob's word as name and number. */
export function crashRecord(word: string): BlobRecord {
  return { kind: "image", image: { id: word, name: word, ...image } };
}

/** Whole numbers in `[0, limit)`, always the same ones for the same seed. */
export function crashDraws(seed: string): (limit: number) => number {
  let drawn = 0;
  return (limit) => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32LE(0) % limit;
  };
}
