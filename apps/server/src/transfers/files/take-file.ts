import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../../buckets/release-blobs.ts";
import type { ReleaseDeps } from "../../buckets/release-blobs.ts";
import { checkRules } from "../../images/check-rules.ts";
import { findImage } from "../../images/find-image.ts";
import { imageCaller } from "../../images/image-caller.ts";
import { requireRoom } from "../../quotas/require-room.ts";
import { newBlobKey } from "../../images/image-keys.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { ImageId } from "../../ports/ids.ts";
import type { NamedStore, NamedStores } from "../../ports/named-stores.ts";
import type { Principal } from "../../ports/principal.ts";
import type { Upload } from "../native/receive-upload.ts";
import type { StoreDiskDeps } from "../store-disk.ts";
import { fileTargetRules } from "./file-target-rules.table.ts";
import { incomingRefused } from "./incoming-refused.ts";
import { receiveFile, refuseFileLength } from "./receive-file.ts";
import type { ReceiveFileDeps, ReceivedFile } from "./receive-file.ts";

/** What taking a file in needs. */
export interface TakeFileDeps extends StoreDiskDeps, ReceiveFileDeps, Pick<ReleaseDeps, "log"> {
  readonly stores: NamedStores;
}

/** A file on its way to an image. */
export interface FileForImage {
  readonly imageId: string;
  readonly upload: Upload;
  /** The store that it goes to; the default one when it is absent. */
  readonly store?: NamedStore | undefined;
}

/** One whose store is decided. */
export interface FileForStore extends FileForImage {
  readonly store: NamedStore;
}

/** Where the image stands while the file comes, and what is done with it when it is there. */
export interface FileUse {
  readonly status: "saving" | "uploading";
  /** Gives the image the file. What it throws leaves the image without one, and must leave nothing of the blob. */
  readonly keep: (image: ImageRecord, blobId: BlobId, received: ReceivedFile) => Promise<void>;
}

/**
 * Takes in a file for an image that waits for one. Whatever ends it early, also the sender going away, leaves the image waiting again, and
 * nothing of what came; of several files at once one is taken.
 *
 * Memory  as `receiveFile`
 * Throws  IMG.0026, IMG.0027; the rules for images that get a file; image.gone when it was deleted meanwhile; image.contentRefused,
 *         image.storeFull; as `receiveFile` and `keep`
 */
export async function takeFile(deps: TakeFileDeps, principal: Principal, file: FileForStore, use: FileUse): Promise<void> {
  // The port makes 32 hex digits, which is what names of blobs are.
  const blobId = deps.ids.hex32() as BlobId;
  const image = await begin(deps, principal, { ...file, status: use.status, blobId });
  try {
    await use.keep(image, blobId, await receive(deps, { ...file, image, blobId }));
  } catch (error) {
    await letWait(deps, image.id, use.status);
    throw incomingRefused(error);
  }
}

interface Receiving extends Pick<FileForStore, "upload" | "store"> {
  readonly image: ImageRecord;
  readonly blobId: BlobId;
}

async function receive(deps: TakeFileDeps, { image, blobId, upload, store }: Receiving): Promise<ReceivedFile> {
  try {
    const key = image.encryption && (await newBlobKey(deps, image.encryption));
    const record = { kind: "upload", imageId: image.id };
    return await receiveFile({ ...deps, store: store.blobs }, upload, { blobId, key, record, lookUp: () => refuseGone(deps, image) });
  } catch (error) {
    await releaseBlobs(deps, [blobId]);
    throw error;
  }
}

interface Beginning extends FileForImage, Pick<FileUse, "status"> {
  readonly blobId: BlobId;
}

async function begin(deps: TakeFileDeps, principal: Principal, { imageId, upload, status, blobId }: Beginning): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:upload");
  return await deps.catalog.transaction(async (catalog) => {
    const asked = await findImage(catalog, caller, imageId);
    checkRules(fileTargetRules, { image: asked, ...caller });
    refuseFileLength(upload.lengthBytes ?? 0, deps.limits);
    await requireRoom(catalog, deps.limits, { image: asked, status, lengthBytes: upload.lengthBytes });
    const now = deps.clock.now();
    const begun = await catalog.images.changeStatus(asked.id, ["queued"], status, { updatedAt: now });
    if (begun === undefined) {
      throw new ServiceError("image.notWaiting", { id: asked.id, status: "busy" });
    }
    // A stop of the service leaves what is noted here to the next start.
    await catalog.removals.note([blobId], now);
    return begun;
  });
}

/** Throws  image.gone */
async function refuseGone({ catalog }: Pick<TakeFileDeps, "catalog">, { id, status }: ImageRecord): Promise<void> {
  if ((await catalog.images.get(id))?.status !== status) {
    throw new ServiceError("image.gone", { id });
  }
}

async function letWait({ catalog, clock }: TakeFileDeps, id: ImageId, status: FileUse["status"]): Promise<void> {
  await catalog.images.changeStatus(id, [status], "queued", { disks: [], stores: [], file: undefined, updatedAt: clock.now() });
}
