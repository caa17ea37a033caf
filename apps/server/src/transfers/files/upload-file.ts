import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobId, BlobRecord } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { nameBlob } from "../../buckets/name-blob.ts";
import { releaseBlobs } from "../../buckets/release-blobs.ts";
import type { ImageChange, ImageRecord } from "../../ports/image-catalog.ts";
import type { Principal } from "../../ports/principal.ts";
import { imageBlobRecord } from "../../images/image-blob-record.ts";
import { defaultStore, storeNamed } from "../../images/wanted-stores.ts";
import { judgeFile } from "./judge-file.ts";
import type { ReceivedFile } from "./receive-file.ts";
import { takeFile } from "./take-file.ts";
import type { FileForImage, TakeFileDeps } from "./take-file.ts";

/**
 * Makes an image active with a file that is kept, and comes back, bit for bit. What it is, its content decides.
 *
 * Memory  as `takeFile` and `judgeFile`
 * Throws  as `takeFile` and `judgeFile`
 */
export async function uploadFile(deps: TakeFileDeps, principal: Principal, file: FileForImage): Promise<void> {
  const store = file.store ?? defaultStore(deps.stores);
  await takeFile(
    deps,
    principal,
    { ...file, store },
    {
      status: "saving",
      keep: async (image, blobId, received) => {
        try {
          await activateWithFile(deps, { image, uploadedId: blobId, received, stores: [store.name], mustSucceed: true });
        } finally {
          await releaseBlobs(deps, [blobId]);
        }
      },
    },
  );
}

/** An image that is being filled, and the file that came for it. */
export interface UploadedFile {
  readonly image: ImageRecord;
  readonly uploadedId: BlobId;
  readonly received: ReceivedFile;
  /** Names of the stores that hold it, and shall hold the content. */
  readonly stores: readonly string[];
  /** Whether all of them must; otherwise the image does without those that fail, but for the last. */
  readonly mustSucceed: boolean;
  /** Name of the blob that the image gets; one is made when it is absent. */
  readonly blobId?: BlobId | undefined;
  /** What else the image becomes, before it is decided what the file is. */
  readonly change?: Omit<ImageChange, "updatedAt"> | undefined;
}

/**
 * Makes an image active with a file that is in the store. It gets a blob of its own, whose manifest tells what was found out since the file
 * came; no byte moves for that.
 *
 * Throws  as `judgeFile`; image.gone when the image was deleted meanwhile
 */
export async function activateWithFile(deps: TakeFileDeps, uploaded: UploadedFile): Promise<void> {
  const { uploadedId, received, change } = uploaded;
  const image: ImageRecord = { ...uploaded.image, ...change };
  const { formatMatch } = deps.files;
  const { content, ...inside } = await judgeFile(await deps.store.open(uploadedId), { ...image, requireMatch: formatMatch === "required" });
  // The port makes 32 hex digits, which is what names of blobs are.
  const blobId = uploaded.blobId ?? (deps.ids.hex32() as BlobId);
  const now = deps.clock.now();
  const found = {
    ...change,
    disks: [{ ...inside, blobId, dataBytes: received.dataBytes }],
    file: received.file,
    sourceFormat: inside.format ?? (content === "iso" ? content : "raw"),
    ...(image.diskFormat === "iso" && { kind: "iso" as const }),
    updatedAt: now,
    activeAt: now,
  };
  await deps.catalog.removals.note([blobId], now);
  const record = imageBlobRecord({ ...image, ...found, status: "active" });
  const stores = await copyInStores(deps, uploaded, { blobId, record });
  await nameBlob(deps, blobId, async ({ images }) => {
    if ((await images.changeStatus(image.id, [image.status], "active", { ...found, stores })) === undefined) {
      throw new ServiceError("image.gone", { id: image.id });
    }
  });
}

/** Answers the names of the stores that have it now; releases it when it throws. */
async function copyInStores(
  deps: TakeFileDeps,
  { image, uploadedId, stores, mustSucceed }: UploadedFile,
  { blobId, record }: { readonly blobId: BlobId; readonly record: BlobRecord },
): Promise<readonly string[]> {
  const done: string[] = [];
  for (const [index, name] of stores.entries()) {
    try {
      await storeNamed(deps.stores, name).blobs.copy(uploadedId, blobId, { record });
      done.push(name);
    } catch (error) {
      const isLast = done.length === 0 && index + 1 === stores.length;
      if (mustSucceed || isLast || !isStoreError(error)) {
        await releaseBlobs(deps, [blobId]);
        throw error;
      }
      deps.log.error({ err: error, store: name, imageId: image.id }, "An image does without a store that failed");
    }
  }
  return done;
}
