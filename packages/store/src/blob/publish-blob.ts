import { link, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { BlobId } from "../blob-store.ts";
import { makeDirectory, syncDirectory } from "../folder/durable-files.ts";
import type { StoreFolder } from "../folder/store-folder.ts";
import { isPresent } from "../folder/is-present.ts";
import type { PackSet } from "../pack/pack-set.ts";
import { StoreError } from "../store-error.ts";

/**
 * Makes a finished blob visible. Packs and manifest are flushed already, so what follows needs no more than directory entries. The
 * manifest comes last: before it is linked there is no blob, after it everything that the blob needs is in place.
 *
 * Throws  `store.exists` when the name is taken, before anything is moved
 */
export async function publishBlob(blob: { folder: StoreFolder; id: BlobId; packs: PackSet; manifestPath: string }): Promise<void> {
  const { folder, id, packs, manifestPath } = blob;
  const path = folder.manifestPath(id);
  if (await isPresent(path)) {
    throw blobExists(id);
  }
  await makeDirectory(dirname(path));
  await packs.publish();
  // A link never replaces what is there.
  await link(manifestPath, path);
  try {
    await rm(manifestPath);
    await syncDirectory(dirname(path));
  } catch (error) {
    // A blob whose commit failed must not be there.
    await rm(path, { force: true });
    throw error;
  }
}

/** The refusal of a name that is taken. */
export function blobExists(id: BlobId): StoreError {
  return new StoreError("store.exists", `Blob ${id} is committed already. Blobs never change: choose another name, or remove it first.`);
}
