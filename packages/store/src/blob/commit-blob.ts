import type { Backend } from "../backend/backend.ts";
import type { BlobId } from "../blob-store.ts";
import type { LiveRoots } from "../live/live-roots.ts";
import type { ManifestContent } from "../manifest/manifest-format.ts";
import type { PackSet } from "../pack/pack-set.ts";
import { isStoreError, StoreError } from "../store-error.ts";
import { manifestFileName } from "../store-names.ts";

/** A blob that lacks nothing but its manifest: the backend has its packs. */
export interface CommittedBlob {
  readonly id: BlobId;
  readonly content: ManifestContent;
  /** The manifest. */
  readonly bytes: Uint8Array;
  /** The blob's new packs; a copy has none. */
  readonly packs?: PackSet | undefined;
}

/**
 * Puts a blob's manifest, which is the moment from which the blob is there, and publishes its packs. Before that, a collection that is
 * looking for needed chunks is told of the blob; until the promise has settled, the live roots keep readers away from this name.
 *
 * Throws  `store.exists` when the name is taken. A blob whose commit failed is not there
 */
export async function commitBlob(blob: CommittedBlob, store: { readonly backend: Backend; readonly roots: LiveRoots }): Promise<void> {
  await store.roots.committing(blob.id, () => commit(blob, store));
}

async function commit(
  { id, content, bytes, packs }: CommittedBlob,
  { backend, roots }: { readonly backend: Backend; readonly roots: LiveRoots },
): Promise<void> {
  const file = manifestFileName(id);
  if ((await backend.sizeOf(file)) !== undefined) {
    throw blobExists(id);
  }
  using _needed = roots.add({ id, content });
  try {
    await backend.put(file, { bytes });
    packs?.publish();
  } catch (error) {
    if (isStoreError(error) && error.code === "store.exists") {
      throw blobExists(id);
    }
    await withdraw(backend, file, packs);
    throw error;
  }
  packs?.release();
}

/** The refusal of a name that is taken. */
export function blobExists(id: BlobId): StoreError {
  return new StoreError("store.exists", `Blob ${id} is committed already. Blobs never change: choose another name, or remove it first.`);
}

/** Makes sure that there is no manifest. Where that fails, its packs must stay, because it may be there after all. */
async function withdraw(backend: Backend, file: string, packs: PackSet | undefined): Promise<void> {
  try {
    await backend.remove(file);
  } catch (error) {
    packs?.leave();
    throw error;
  }
}
