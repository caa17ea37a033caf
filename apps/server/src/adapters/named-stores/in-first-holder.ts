import type { BlobId } from "@tintype/store/blob-store.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import type { NamedStore } from "../../ports/named-stores.ts";
import { isFailureOfStore, isNotFound } from "./store-watch.ts";
import type { StoreWatch } from "./store-watch.ts";

/** A blob, and the stores that may hold it, the preferred first. */
interface SoughtBlob {
  readonly stores: readonly NamedStore[];
  readonly id: BlobId;
  readonly watch: StoreWatch;
}

/**
 * Does something with a blob in the first store that holds it, those that rest asked last; `rest` are the stores behind that one. Stores that
 * fail are passed over, and logged. All are asked twice before it is said that none holds the blob: it may have been copied to one that had
 * been asked, and removed from one that was asked after that.
 *
 * Throws  what the first one that failed said, when no other one holds the blob; `store.notFound` when none failed; at once what is no
 *         failure of a store, such as a key that may not be used
 */
export async function inFirstHolder<T>(sought: SoughtBlob, work: WorkInStore<T>): Promise<T> {
  try {
    return await onceInFirstHolder(sought, work);
  } catch (error) {
    if (sought.stores.length > 1 && isNotFound(error)) {
      return await onceInFirstHolder(sought, work);
    }
    throw error;
  }
}

type WorkInStore<T> = (store: NamedStore, rest: readonly NamedStore[]) => Promise<T>;

async function onceInFirstHolder<T>({ stores, id, watch }: SoughtBlob, work: WorkInStore<T>): Promise<T> {
  let failure: Error | undefined;
  const inOrder = watch.restingLast(stores);
  for (const [index, store] of inOrder.entries()) {
    try {
      return await work(store, inOrder.slice(index + 1));
    } catch (error) {
      if (isFailureOfStore(error)) {
        watch.passedOver(store, error, id);
        failure ??= error;
      } else if (!isNotFound(error)) {
        throw error;
      }
    }
  }
  throw failure ?? new StoreError("store.notFound", `There is no blob ${id} in any store.`);
}
