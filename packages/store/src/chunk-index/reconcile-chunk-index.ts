import type { StoreFolder } from "../folder/store-folder.ts";
import type { PackEntry } from "../pack/pack-format.ts";
import { readPackIndex } from "../pack/read-pack-index.ts";
import { isStoreError } from "../store-error.ts";
import { publishedOwner } from "./chunk-index.ts";
import type { ChunkIndex } from "./chunk-index.ts";

/**
 * Brings the index in line with the packs that are there: forgets packs that are gone and those of writers that never committed,
 * reads in packs that it does not know (all of them, when the index was deleted). A pack whose own index is damaged is noted and left
 * alone: only the blobs that need its chunks suffer.
 *
 * Memory  32 bytes a pack, and one pack's index
 */
export async function reconcileChunkIndex(index: ChunkIndex, folder: StoreFolder): Promise<void> {
  const present = new Set<string>();
  for await (const name of folder.packNames()) {
    present.add(name);
  }
  index.keepOnly(present);
  const known = index.packNames();
  for (const name of present) {
    if (!known.has(name)) {
      index.addPack(name, publishedOwner, await readWholeIndex(folder.packPath(name), name));
    }
  }
}

async function readWholeIndex(path: string, name: string): Promise<readonly PackEntry[] | undefined> {
  try {
    return await readPackIndex(path, name);
  } catch (error) {
    if (isStoreError(error) && error.code === "store.damaged") {
      return undefined;
    }
    throw error;
  }
}
