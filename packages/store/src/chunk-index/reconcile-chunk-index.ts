import type { Backend } from "../backend/backend.ts";
import type { PackEntry } from "../pack/pack-format.ts";
import { readPackIndex } from "../pack/read-pack-index.ts";
import { isStoreError } from "../store-error.ts";
import { nameOfFile, packsPrefix } from "../store-names.ts";
import { publishedOwner } from "./chunk-index.ts";
import type { ChunkIndex } from "./chunk-index.ts";

/** Packs whose indexes are read at once: what the delay of a remote backend costs is paid once for all of them. */
const packsAtOnce = 8;

/**
 * Brings the index in line with the packs that are there: forgets packs that are gone, reads in packs that it does not know (all of
 * them, when the index was deleted). A pack whose own index is damaged is noted and left alone: only the blobs that need its chunks
 * suffer.
 *
 * Memory  about 100 bytes a pack, and eight packs' indexes
 */
export async function reconcileChunkIndex(index: ChunkIndex, backend: Backend): Promise<void> {
  const present = new Set<string>();
  for await (const file of backend.list(packsPrefix)) {
    const name = nameOfFile(file.name);
    if (name !== undefined) {
      present.add(name);
    }
  }
  index.settle(present);
  const known = index.packNames();
  const unknown = [...present].filter((name) => !known.has(name)).sort();
  for (let at = 0; at < unknown.length; at += packsAtOnce) {
    const names = unknown.slice(at, at + packsAtOnce);
    const indexes = await Promise.all(names.map((name) => readWholeIndex(backend, name)));
    for (const [number, name] of names.entries()) {
      index.addPack(name, publishedOwner, indexes[number]);
    }
  }
}

async function readWholeIndex(backend: Backend, name: string): Promise<readonly PackEntry[] | undefined> {
  try {
    return await readPackIndex(backend, name);
  } catch (error) {
    if (isStoreError(error) && error.code === "store.damaged") {
      return undefined;
    }
    throw error;
  }
}
