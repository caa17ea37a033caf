import { createHash } from "node:crypto";
import { filler } from "../../../packages/store/test/filler.ts";

/** Small, so that a second is enough for many packs, and every operation has many moments at which it can be cut off. */
export const crashOptions = { chunkSizeBytes: 4096, packBytes: 24_576, workers: 1, cacheBytes: 0 };

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

/** Whole numbers in `[0, limit)`, always the same ones for the same seed. */
export function crashDraws(seed: string): (limit: number) => number {
  let drawn = 0;
  return (limit) => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32LE(0) % limit;
  };
}
