import type { StepContext } from "@tintype/jobs/job-kind.ts";
import { imageBlobRecord } from "../images/image-blob-record.ts";
import { imageKeyRules, keyRefused, originalKeyRules } from "../images/key-rules.table.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { KeyId } from "../ports/key-service.ts";
import { openImageDisk } from "../transfers/open-image-disk.ts";
import { beginStoring, findStoredDisk, storeDisk } from "../transfers/store-disk.ts";
import type { StoreDiskDeps, StoredDisk } from "../transfers/store-disk.ts";
import type { CopyInput } from "./copy-work.ts";

/**
 * Gives a copy its content. Between plain and encrypted all of it is read and stored anew; in all other cases no byte moves.
 *
 * Memory  see `storeDisk`; next to nothing where no byte moves
 * Repeat  a blob that an earlier attempt committed is taken as it is
 * Throws  IMG.0101, IMG.0102 for the original's key, IMG.0095, IMG.0097 for the copy's; what the store throws; the signal's reason
 */
export async function copyContent(
  deps: StoreDiskDeps,
  work: CopyInput,
  context: Pick<StepContext, "signal" | "progress">,
): Promise<StoredDisk> {
  const stored = await findStoredDisk(deps.store, work.blobId, context.signal);
  if (stored !== undefined) {
    return stored;
  }
  const image = await beginStoring(deps, work.newImageId);
  if (work.way === "rewrite") {
    await using disk = await openImageDisk(deps.store, work.source.blobId, originalKeyRules);
    return await storeDisk(deps, { image, blobId: work.blobId, disk }, context);
  }
  await shareContent(deps, work, image);
  return { dataBytes: work.source.dataBytes };
}

async function shareContent(deps: StoreDiskDeps, { source, blobId, way }: CopyInput, image: ImageRecord): Promise<void> {
  const { encryption } = image;
  const isWrappedAgain = way === "rewrap" && encryption !== undefined;
  const rewrap = isWrappedAgain ? (secret: Uint8Array): Promise<Uint8Array> => wrapAgain(deps, encryption.keyId, secret) : undefined;
  try {
    await deps.store.copy(source.blobId, blobId, { record: imageBlobRecord(image), rewrap });
  } catch (error) {
    // What is refused is the original's key: refusals of the new one are worded by `wrapAgain`.
    throw keyRefused(originalKeyRules, error);
  }
}

async function wrapAgain({ keys }: Pick<StoreDiskDeps, "keys">, keyId: string, secret: Uint8Array): Promise<Uint8Array> {
  try {
    return await keys.encryptDataKey(keyId as KeyId, secret);
  } catch (error) {
    throw keyRefused(imageKeyRules, error);
  }
}
