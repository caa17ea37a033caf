import type { BlobId } from "@tintype/store/blob-store.ts";
import type { NamedStore } from "../../ports/named-stores.ts";
import { isFailureOfStore } from "./store-watch.ts";
import type { StoreWatch } from "./store-watch.ts";

/** Which stores hold a blob, and what one of them that could not be asked said. */
interface Holders<S extends NamedStore> {
  readonly holders: readonly S[];
  readonly failure: Error | undefined;
}

/**
 * The stores, of those that do not rest, which hold a blob, in the given order. One that cannot be asked is passed over.
 *
 * Throws  TypeError for what is no id
 */
export async function reachableHolders<S extends NamedStore>(stores: readonly S[], id: BlobId, watch: StoreWatch): Promise<readonly S[]> {
  const awake = stores.filter((store) => !watch.isResting(store));
  return (await askHolders(awake, id, watch)).holders;
}

/**
 * The stores that hold a blob, in the given order. One that cannot be asked is passed over when another one holds the blob, and is not even
 * asked while it rests.
 *
 * Throws  TypeError for what is no id; what a store that could not be asked said, when no other one holds the blob: whether it is there is
 *         not known then
 */
export async function holdersOf<S extends NamedStore>(stores: readonly S[], id: BlobId, watch: StoreWatch): Promise<readonly S[]> {
  const resting = stores.filter((store) => watch.isResting(store));
  const awake = stores.filter((store) => !resting.includes(store));
  const found = await askHolders(awake, id, watch);
  const { holders, failure } = found.holders.length > 0 ? found : await askHolders(resting, id, watch);
  const unknown = failure ?? found.failure;
  if (holders.length === 0 && unknown !== undefined) {
    throw unknown;
  }
  return holders;
}

async function askHolders<S extends NamedStore>(stores: readonly S[], id: BlobId, watch: StoreWatch): Promise<Holders<S>> {
  const answers = await Promise.allSettled(stores.map(async ({ blobs }) => blobs.has(id)));
  const holders: S[] = [];
  let failure: Error | undefined;
  for (const [index, store] of stores.entries()) {
    const answer = answers[index];
    if (answer?.status === "fulfilled") {
      holders.push(...(answer.value ? [store] : []));
      continue;
    }
    if (!isFailureOfStore(answer?.reason)) {
      throw answer?.reason;
    }
    watch.passedOver(store, answer.reason, id);
    failure ??= answer.reason;
  }
  return { holders, failure };
}
