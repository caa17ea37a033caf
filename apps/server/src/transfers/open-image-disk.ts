import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";

/**
 * Opens a stored disk. The store keeps a disk's content itself, so it is a raw disk whose holes are known.
 *
 * Throws  store.notFound, and while reading store.damaged
 */
export async function openImageDisk(store: BlobStore, blobId: BlobId): Promise<VirtualDisk> {
  return await openRaw(await store.open(blobId));
}
