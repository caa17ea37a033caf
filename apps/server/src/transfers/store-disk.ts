import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { planRaw } from "@tintype/disk/raw/plan-raw.ts";
import type { StepContext } from "@tintype/jobs/job-kind.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { imageBlobRecord } from "../images/image-blob-record.ts";
import { newBlobKey } from "../images/image-keys.ts";
import { keyRefused, imageKeyRules } from "../images/key-rules.table.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Ids, ImageId } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { NamedStores } from "../ports/named-stores.ts";
import { dataBytesOf } from "./data-bytes-of.ts";

/** A disk's content in the store. */
export type StoredDisk = {
  /** Bytes that are not zero. */
  readonly dataBytes: number;
};

/** What keeping a disk needs. */
export interface StoreDiskDeps {
  readonly catalog: Catalog;
  readonly store: BlobStore;
  readonly stores: Pick<NamedStores, "holding">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: KeyService;
}

/** Many imports run at once, and the disk is in the same store: that the threads have work is all that reading ahead can win. */
const readsAhead = 1;

/**
 * The disk's content, when an earlier attempt committed it already.
 *
 * Throws  IMG.0095, IMG.0097 for a key that cannot be used any more; what the store throws
 */
export async function findStoredDisk(store: BlobStore, blobId: BlobId, signal: AbortSignal): Promise<StoredDisk | undefined> {
  if (!(await isStored(store, blobId))) {
    return undefined;
  }
  try {
    await using blob = await store.open(blobId);
    return { dataBytes: await dataBytesOf(blob, signal) };
  } catch (error) {
    throw keyRefused(imageKeyRules, error);
  }
}

/** One of several stores that cannot be asked may hold it: then it is stored once more, in one that can. */
async function isStored(store: BlobStore, blobId: BlobId): Promise<boolean> {
  try {
    return await store.has(blobId);
  } catch (error) {
    if (!isStoreError(error) || error.code !== "store.io") {
      throw error;
    }
    return false;
  }
}

/**
 * Marks an image as being filled, and answers it as it will be when it is.
 *
 * Throws  Error when the image is gone
 */
export async function beginStoring(deps: Pick<StoreDiskDeps, "catalog" | "clock">, imageId: ImageId): Promise<ImageRecord> {
  const now = deps.clock.now();
  const image = await deps.catalog.images.changeStatus(imageId, ["queued", "saving"], "saving", { updatedAt: now });
  if (image === undefined) {
    throw new Error(`The image ${imageId}, which was being made, is gone`);
  }
  return { ...image, status: "active", activeAt: now };
}

/**
 * Keeps a disk's content in the store: one read, holes and zeros left out, with a data key of its own when the image is encrypted.
 *
 * Memory  two blocks of 2 MiB (see `planRaw`) and what the blob's writer holds, whatever the disk's size
 * Throws  IMG.0095, IMG.0097; what the disk and the store throw; the signal's reason
 */
export async function storeDisk(
  deps: StoreDiskDeps,
  { image, blobId, disk }: { readonly image: ImageRecord; readonly blobId: BlobId; readonly disk: VirtualDisk },
  context: Pick<StepContext, "signal" | "progress">,
): Promise<StoredDisk> {
  const key = image.encryption && (await newBlobKey(deps, image.encryption));
  await using writer = await deps.store.create(blobId, { key });
  const plan = await planRaw(disk, { signal: context.signal, readsAhead });
  for await (const piece of plan.pieces({ signal: context.signal, onProgress: (progress) => context.progress({ ...progress }) })) {
    await writer.write(piece.offset, piece.bytes);
    piece.release?.();
  }
  context.signal.throwIfAborted();
  const { dataBytes } = await writer.commit({ lengthBytes: disk.virtualSizeBytes, record: imageBlobRecord(image) });
  return { dataBytes };
}
