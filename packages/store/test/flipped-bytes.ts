import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { openLocalStore } from "../src/open-local-store.ts";
import type { ChunkStore } from "../src/store.ts";
import { isStoreError } from "../src/store-error.ts";
import { blobIdOf, compressibleFiller, filler } from "./filler.ts";
import { flipByte } from "./flip-byte.ts";
import { foundIn } from "./found-in.ts";
import { readBlob } from "./read-back.ts";
import { filesUnder } from "./temporary-folder.ts";

const key = { id: "1".repeat(32), secret: filler("secret", 32), wrapped: filler("wrapped", 20) };
const blobs = [
  { id: blobIdOf("plain"), content: Buffer.concat([filler("a", 4500), Buffer.alloc(9000), compressibleFiller("b", 3000)]), options: {} },
  { id: blobIdOf("sealed"), content: compressibleFiller("c", 5000), options: { key } },
];

const open = (root: string): Promise<ChunkStore> =>
  openLocalStore(root, { chunkSizeBytes: 4096, workers: 1, cacheBytes: 0, unwrapKey: async () => key.secret });

/** Makes a store of a plain and a sealed blob, of about 10 KiB in all. */
export async function makeTinyStore(root: string): Promise<void> {
  await using store = await open(root);
  for (const { id, content, options } of blobs) {
    await using writer = await store.create(id, options);
    await writer.write(0, content);
    await writer.commit({ lengthBytes: content.length, record: { words: "a record" } });
  }
}

/** One bit of a file. */
export interface Bit {
  readonly file: string;
  readonly offset: number;
  readonly mask: number;
}

/** A bit of every byte of every file of a store, except the chunk index and the lock, which hold nothing that counts; each time another one. */
export async function bitsOf(root: string, files: RegExp = /^(?:format|packs\/.*|manifests\/.*)$/): Promise<Bit[]> {
  const bits: Bit[] = [];
  for (const file of (await filesUnder(root)).filter((name) => files.test(name))) {
    const { size } = await stat(join(root, file));
    bits.push(...Array.from({ length: size }, (_, offset) => ({ file, offset, mask: 1 << ((offset * 3 + bits.length) % 8) })));
  }
  return bits;
}

/** Flips one bit after the other, each alone, in a store that is open, and answers those that reading verification did not find. */
export async function bitsNotFound(root: string, bits: readonly Bit[]): Promise<Bit[]> {
  const missed: Bit[] = [];
  await using store = await open(root);
  for (const bit of bits) {
    await flipByte(join(root, bit.file), bit.offset, bit.mask);
    const { damages } = await foundIn(store, { read: true });
    await flipByte(join(root, bit.file), bit.offset, bit.mask);
    if (damages.length === 0) {
      missed.push(bit);
    }
  }
  const { damages } = await foundIn(store, { read: true });
  if (damages.length > 0) {
    throw new Error(`With every bit as it was: ${damages.map(({ message }) => message).join(" ")}`);
  }
  return missed;
}

/** Flips bits of the chunk index of a closed store, and answers those after which a blob read wrong, or did not read although verification found nothing. */
export async function harmfulIndexBits(root: string, bits: readonly Bit[]): Promise<Bit[]> {
  const harmful: Bit[] = [];
  for (const bit of bits) {
    await flipByte(join(root, bit.file), bit.offset, bit.mask);
    try {
      if (await isHarmed(root)) {
        harmful.push(bit);
      }
    } catch (error) {
      throw new Error(`With bit ${bit.mask} of byte ${bit.offset} flipped`, { cause: error });
    }
    // The store may have rebuilt the file: it is made anew for the next bit.
    await rm(join(root, bit.file), { force: true });
    await (await open(root))[Symbol.asyncDispose]();
  }
  return harmful;
}

async function isHarmed(root: string): Promise<boolean> {
  await using store = await open(root);
  const damages = await damagesIn(store);
  for (const { id, content } of blobs) {
    try {
      if (!(await readBlob(store, id)).equals(content)) {
        return true;
      }
    } catch (error) {
      if (!isStoreError(error) || damages.length === 0) {
        return true;
      }
    }
  }
  return false;
}

/** A verification that fails because the chunk index cannot be read has found that, too. */
async function damagesIn(store: ChunkStore): Promise<readonly unknown[]> {
  try {
    return (await foundIn(store, { read: true })).damages;
  } catch (error) {
    if (isStoreError(error) && error.code === "store.damaged") {
      return [error];
    }
    throw error;
  }
}
