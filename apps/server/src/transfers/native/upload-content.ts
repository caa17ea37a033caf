import { ServiceError } from "@tintype/contract/service-error.ts";
import { importFormats } from "@tintype/contract/ims/import-formats.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../../buckets/release-blobs.ts";
import type { ReleaseDeps } from "../../buckets/release-blobs.ts";
import { checkRules } from "../../images/check-rules.ts";
import { findImage } from "../../images/find-image.ts";
import { imageBlobRecord } from "../../images/image-blob-record.ts";
import { imageCaller } from "../../images/image-caller.ts";
import type { OsLists } from "../../os-lists/known-systems.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { Principal } from "../../ports/principal.ts";
import type { Limits } from "../../quotas/limits.ts";
import { foundFields } from "../found-fields.ts";
import { contentRules } from "../import-rules.table.ts";
import { recogniseNothing } from "../recognise-os.ts";
import type { OsRecogniser } from "../recognise-os.ts";
import { madeFileBytes } from "../made-file-bytes.ts";
import { sealWithin } from "../seal-image.ts";
import { findStoredDisk, storeDisk } from "../store-disk.ts";
import type { StoreDiskDeps } from "../store-disk.ts";
import { fileRefused } from "../transfer-error.ts";
import { contentTargetRules } from "./content-target-rules.table.ts";
import { emptyImage } from "./empty-image.ts";
import { receiveUpload } from "./receive-upload.ts";
import type { Upload, UploadDeps } from "./receive-upload.ts";

/** What the parts of this use case need. */
export interface UploadContentDeps extends StoreDiskDeps, UploadDeps, Pick<ReleaseDeps, "log"> {
  readonly limits: Limits;
  readonly osLists: OsLists;
  /** Default: nobody looks. */
  readonly recogniseOs?: OsRecogniser;
}

/** Blobs of one upload: the file as it comes, and the disk that is in it. */
interface UploadBlobs {
  readonly file: BlobId;
  readonly disk: BlobId;
}

/** A file without a bucket, in the words of refusals. */
const uploaded = { bucket: "upload", key: "body" };

/**
 * Fills an image, made by its metadata before, with the bytes of a request. What they are, their content decides. Whatever ends it early,
 * also the client going away, leaves the image waiting for content, and nothing of what came.
 *
 * Memory  pieces of the body as they come, and what the store's writer holds, whatever the length
 * Throws  IMG.0026, IMG.0027; the rules for images that get content and for content; IMG.0057, IMG.0059; identity.payloadMismatch;
 *         what the body throws
 */
export async function uploadContent(
  deps: UploadContentDeps,
  principal: Principal,
  { imageId, upload }: { readonly imageId: string; readonly upload: Upload },
): Promise<void> {
  const caller = imageCaller(principal, "ims:images:upload");
  // The port makes 32 hex digits, which is what names of blobs are.
  const blobs: UploadBlobs = { file: deps.ids.hex32() as BlobId, disk: deps.ids.hex32() as BlobId };
  const image = await deps.catalog.transaction(async (catalog) => {
    const asked = await findImage(catalog, caller, imageId);
    checkRules(contentTargetRules, { image: asked, ...caller });
    const now = deps.clock.now();
    // A stop of the service leaves what is noted here to the next start.
    await catalog.removals.note([blobs.file, blobs.disk], now);
    return await catalog.images.changeStatus(asked.id, ["queued"], "saving", { updatedAt: now });
  });
  if (image === undefined) {
    throw new ServiceError("IMG.0027", { id: imageId });
  }
  try {
    await receiveUpload(deps, upload, blobs.file);
    await fill(deps, image, blobs);
  } catch (error) {
    await emptyImage(deps, { imageId: image.id, blobId: blobs.disk });
    throw fileRefused(uploaded, error);
  } finally {
    await releaseBlobs(deps, [blobs.file]);
  }
}

async function fill(deps: UploadContentDeps, image: ImageRecord, blobs: UploadBlobs): Promise<void> {
  const signal = new AbortController().signal;
  await using disk = await openDisk(await deps.store.open(blobs.file), { accept: [...importFormats, "iso"], signal });
  const { format, virtualSizeBytes } = disk;
  const minDiskGiB = image.minDiskGiB === 0 ? deps.limits.disks.maxSystemGiB : image.minDiskGiB;
  const facts = { location: uploaded, way: "native", kind: image.kind, format, virtualSizeBytes, minDiskGiB } as const;
  checkRules(contentRules, { ...facts, limits: deps.limits });
  const os = format === "iso" ? undefined : await (deps.recogniseOs ?? recogniseNothing)(disk, { signal });
  const found = (begun: ImageRecord) => foundFields(deps.osLists.current, begun, { ...facts, ...(os !== undefined && { os }) });
  const dataBytes = await keep(deps, { image: { ...image, ...found(image), status: "active" }, blobs, disk }, signal);
  const fileBytes = await madeFileBytes(deps.store, { blobId: blobs.disk, format, virtualSizeBytes }, signal);
  const stores = await deps.stores.holding(blobs.disk);
  await deps.catalog.transaction(async (catalog) => {
    const filled = { imageId: image.id, disk: { blobId: blobs.disk, virtualSizeBytes, dataBytes, fileBytes }, stores, found };
    await sealWithin({ catalog, clock: deps.clock }, filled);
    await catalog.removals.strike([blobs.disk]);
  });
}

/** A disk without a container around it is what came already: no byte moves again. Answers how many bytes are not zero. */
async function keep(
  deps: UploadContentDeps,
  { image, blobs, disk }: { readonly image: ImageRecord; readonly blobs: UploadBlobs; readonly disk: VirtualDisk },
  signal: AbortSignal,
): Promise<number> {
  if (disk.format === "raw" || disk.format === "iso") {
    await deps.store.copy(blobs.file, blobs.disk, { record: imageBlobRecord(image) });
    return (await findStoredDisk(deps.store, blobs.disk, signal))?.dataBytes ?? 0;
  }
  const stored = await storeDisk(deps, { image, blobId: blobs.disk, disk }, { signal, progress: () => {} });
  return stored.dataBytes;
}
