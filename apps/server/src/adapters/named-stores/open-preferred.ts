import type { BlobId, StoredBlob } from "@tintype/store/blob-store.ts";
import type { NamedStore } from "../../ports/named-stores.ts";
import { inFirstHolder } from "./in-first-holder.ts";
import type { StoreWatch } from "./store-watch.ts";

/** A blob that was opened, and the stores that come after the one it was opened in. */
export interface OpenedBlob {
  readonly blob: StoredBlob;
  readonly store: NamedStore;
  readonly rest: readonly NamedStore[];
}

/** Opens a blob in the first store that holds it. Throws  as `inFirstHolder` */
export async function openPreferred(stores: readonly NamedStore[], id: BlobId, watch: StoreWatch): Promise<OpenedBlob> {
  return await inFirstHolder({ stores, id, watch }, async (store, rest) => ({ blob: await store.blobs.open(id), store, rest }));
}
