import { ServiceError } from "@tintype/contract/service-error.ts";
import type { StepContext } from "@tintype/jobs/job-kind.ts";
import { imageBlobRecord } from "../images/image-blob-record.ts";
import { imageKeyRules, keyRefused, originalKeyRules } from "../images/key-rules.table.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { KeyId } from "../ports/key-service.ts";
import { beginStoring, findStoredDisk } from "../transfers/store-disk.ts";
import type { StoreDiskDeps, StoredDisk } from "../transfers/store-disk.ts";
import type { CopyInput } from "./copy-work.ts";
import { rewriteContent } from "./rewrite-content.ts";

/**
 * Gives a copy its content. Between plain and encrypted all of it is read and stored anew; in all other cases no byte moves.
 *
 * Memory  see `rewriteContent`; next to nothing where no byte moves
 * Repeat  a blob that an earlier attempt committed is taken as it is
 * Throws  IMG.0027 when the original was deleted meanwhile; IMG.0101, IMG.0102 for the original's key, IMG.0095, IMG.0097 for the copy's; what the store throws; the signal's reason
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
  const begun = await beginStoring(deps, work.newImageId);
  const image = { ...begun, disks: [{ ...work.source, blobId: work.blobId }] };
  if (work.way === "rewrite") {
    return await rewriteContent(deps, { image, source: work.source.blobId, blobId: work.blobId }, context);
  }
  try {
    await shareContent(deps, work, image);
  } catch (error) {
    // The owner of a shared image deletes it when it likes.
    const isGone = (await deps.catalog.images.get(work.imageId)) === undefined;
    throw isGone ? new ServiceError("IMG.0027", { id: work.imageId }, { cause: error }) : error;
  }
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
