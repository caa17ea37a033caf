import { rm } from "node:fs/promises";
import { sqliteCodeOf } from "../as-store-error.ts";
import type { Backend } from "../backend/backend.ts";
import { ChunkIndex } from "./chunk-index.ts";
import { reconcileChunkIndex } from "./reconcile-chunk-index.ts";

/** Of SQLite: an error in what the file says, a file that forbids writing, corrupt, a constraint or a type that does not hold, no database. */
const damageCodes = new Set<number | undefined>([1, 8, 11, 19, 20, 26]);

/**
 * Opens the chunk index and brings it in line with the packs that are there. A file that turns out to be damaged on the way is thrown
 * away and made again from the packs.
 *
 * Memory  as `reconcileChunkIndex`
 */
export async function openChunkIndex(path: string, backend: Backend): Promise<ChunkIndex> {
  try {
    return await openReconciled(path, backend);
  } catch (error) {
    if (!damageCodes.has(sqliteCodeOf(error))) {
      throw error;
    }
  }
  for (const suffix of ["", "-wal", "-shm"]) {
    await rm(path + suffix, { force: true });
  }
  return openReconciled(path, backend);
}

async function openReconciled(path: string, backend: Backend): Promise<ChunkIndex> {
  const index = ChunkIndex.open(path);
  try {
    await reconcileChunkIndex(index, backend);
    return index;
  } catch (error) {
    index[Symbol.dispose]();
    throw error;
  }
}
