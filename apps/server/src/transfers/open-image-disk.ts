import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openers } from "@tintype/disk/formats/openers.table.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { imageKeyRules, keyRefused } from "../images/key-rules.table.ts";
import type { KeyRules } from "../images/key-rules.table.ts";
import type { ImageDisk } from "../ports/image-catalog.ts";

/**
 * Opens a stored disk. Most blobs are a disk's content, so they are raw disks whose holes are known; the others are files of the format
 * that was found when they came in, which is believed from then on: what a guest wrote must never decide how it is read. Every way to an
 * image's content goes through here: the store asks for an encrypted disk's key each time, so a disabled key stops all of them.
 *
 * Memory  as the format's opener
 * Throws  IMG.0095, IMG.0097, or what `rules` say instead; store.notFound, and while reading store.damaged; what the opener throws
 */
export async function openImageDisk(
  store: Pick<BlobStore, "open">,
  { blobId, format = "raw" }: Pick<ImageDisk, "blobId" | "format">,
  rules: KeyRules = imageKeyRules,
): Promise<VirtualDisk> {
  const open = await openers[format].load();
  try {
    return await open(await store.open(blobId), {});
  } catch (error) {
    throw keyRefused(rules, error);
  }
}
