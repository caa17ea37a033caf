import { isMadeOfDisk } from "../transfers/files/open-image-file.ts";
import type { FoundFile } from "../transfers/files/find-image-file.ts";

/** Names the file that an image is given out as: its blob never changes, and a file that is made of a disk is not the blob's bytes. */
export function cacheKeyOf(found: FoundFile): string {
  return isMadeOfDisk(found) ? `${found.disk.blobId}.${found.diskFormat}` : found.disk.blobId;
}
