import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import { imageKeyRules, keyRefused } from "../images/key-rules.table.ts";
import type { KeyRules } from "../images/key-rules.table.ts";

/**
 * Opens a stored disk. The store keeps a disk's content itself, so it is a raw disk whose holes are known. Every way to an image's
 * content goes through here: the store asks for an encrypted disk's key each time, so a disabled key stops all of them.
 *
 * Throws  IMG.0095, IMG.0097, or what `rules` say instead; store.notFound, and while reading store.damaged
 */
export async function openImageDisk(store: BlobStore, blobId: BlobId, rules: KeyRules = imageKeyRules): Promise<VirtualDisk> {
  try {
    return await openRaw(await store.open(blobId));
  } catch (error) {
    throw keyRefused(rules, error);
  }
}
