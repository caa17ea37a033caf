import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { NamedStore, NamedStores, ReplicationRun } from "../../ports/named-stores.ts";
import { holdersOf } from "./ask-holders.ts";
import { BlobTurns } from "./blob-turns.ts";
import { replicateBlob } from "./replicate-blob.ts";
import type { UnwrapKey } from "./replicate-blob.ts";
import { RoutedBlobStore } from "./routed-blob-store.ts";
import { StoreWatch } from "./store-watch.ts";
import { Turns } from "./turns.ts";

/** All stores, one by one and as one. */
export interface StoreSet<S extends NamedStore> {
  readonly stores: Omit<NamedStores, "all"> & { readonly all: readonly S[] };
  /** Closing it closes all of them. */
  readonly store: BlobStore;
}

/**
 * Makes one of several stores, see `RoutedBlobStore`; a single one is taken as it is.
 *
 * Throws  Error when not exactly one of them is the default, or two have one name
 */
export function storeSet<S extends NamedStore>(
  stores: readonly S[],
  { unwrapKey, ...told }: { readonly unwrapKey?: UnwrapKey | undefined; readonly log: Log; readonly clock: Clock },
): StoreSet<S> {
  const all = stores.toSorted(byPreference);
  const [defaultStore, ...others] = all.filter(({ isDefault }) => isDefault);
  if (defaultStore === undefined || others.length > 0 || new Set(all.map(({ name }) => name)).size < all.length) {
    throw new Error(`Of the stores ${all.map(({ name }) => name).join(", ")} exactly one must be the default, and each name be given once`);
  }
  const watch = new StoreWatch(told);
  const turns = new BlobTurns();
  const imageTurns = new Turns();
  const store = all.length === 1 ? defaultStore.blobs : new RoutedBlobStore({ stores: all, defaultStore, turns, watch });
  const named = {
    all,
    find: (name: string) => all.find((one) => one.name === name),
    holding: async (id: BlobId) => (await holdersOf(all, id, watch)).map(({ name }) => name),
    replicate: async (id: BlobId, to: string, run: ReplicationRun) => {
      const target = named.find(to);
      if (target === undefined) {
        throw new RangeError(`There is no store "${to}"; there are ${all.map(({ name }) => name).join(", ")}.`);
      }
      const work = async (signal: AbortSignal): Promise<void> => {
        signal.throwIfAborted();
        if (await target.blobs.has(id)) {
          return;
        }
        const { onProgress } = run;
        await using original = await store.open(id);
        await replicateBlob({ original, target: target.blobs, unwrapKey }, { signal, onProgress });
      };
      await turns.replicating(id, run.signal, work);
    },
    inTurn: async <T>(imageId: string, work: () => Promise<T>) => await imageTurns.take(imageId, work),
  };
  return { stores: named, store };
}

/** The larger weight first; equal ones in the order of the code units of their names, wherever the service runs. */
function byPreference(one: NamedStore, other: NamedStore): number {
  return other.weight - one.weight || (one.name < other.name ? -1 : 1);
}
