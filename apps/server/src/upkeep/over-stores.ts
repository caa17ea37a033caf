import { isStoreError, StoreError } from "@tintype/store/store-error.ts";
import type { ChunkStores, NamedChunkStore } from "./named-chunk-store.ts";

/** Does something with one store after the other. What one of several throws is told with its name. */
export async function overStores<T>({ all }: ChunkStores, work: (store: NamedChunkStore) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (const store of all) {
    results.push(await naming(store, { isNamed: all.length > 1, work }));
  }
  return results;
}

/** As `overStores`, but a store that fails keeps nobody from the work on the others: what the first one threw is thrown after them all. */
export async function overAllStores<T>({ all }: ChunkStores, work: (store: NamedChunkStore) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  const failures: unknown[] = [];
  for (const store of all) {
    try {
      results.push(await naming(store, { isNamed: all.length > 1, work }));
    } catch (error) {
      if (!isStoreError(error) || error.code === "store.busy" || error.code === "store.closed") {
        throw error;
      }
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw failures[0];
  }
  return results;
}

async function naming<T>(
  store: NamedChunkStore,
  { isNamed, work }: { readonly isNamed: boolean; readonly work: (store: NamedChunkStore) => Promise<T> },
): Promise<T> {
  try {
    return await work(store);
  } catch (error) {
    throw isNamed && isStoreError(error) ? new StoreError(error.code, `Store "${store.name}": ${error.message}`, { cause: error }) : error;
  }
}
