import { ServiceError } from "@tintype/contract/service-error.ts";
import { planRaw } from "@tintype/disk/raw/plan-raw.ts";
import type { StepContext } from "@tintype/jobs/job-kind.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import { locationText } from "./file-location.ts";
import type { ImportWork } from "./import-work.ts";
import type { FileFacts } from "./inspect-file.ts";
import { openFileDisk } from "./open-file-disk.ts";
import { fileRefused } from "./transfer-error.ts";

/** A disk's content in the store. */
export type StoredDisk = {
  /** Bytes that are not zero. */
  readonly dataBytes: number;
};

/** What the parts of this step need. */
export interface StoreFileDeps {
  readonly catalog: Catalog;
  readonly store: BlobStore;
  readonly clock: Clock;
}

/**
 * Keeps the content of a file's disk in the store: one read, holes and zeros left out.
 *
 * Memory  five blocks of 2 MiB (see `planRaw`) and what the blob's writer holds, whatever the disk's size
 * Repeat  a blob that an earlier attempt committed is taken as it is
 * Throws  IMG.0121, IMG.0057 also when the file was replaced since it was inspected; what the store throws
 */
export async function storeFile(
  deps: StoreFileDeps,
  work: ImportWork & FileFacts,
  context: Pick<StepContext, "signal" | "progress">,
): Promise<StoredDisk> {
  if (await deps.store.has(work.blobId)) {
    return { dataBytes: await dataBytesOf(deps.store, work.blobId, context.signal) };
  }
  await using file = await openFileDisk(deps, work, { declaredFormat: work.format, signal: context.signal });
  if (file.object.etag !== work.etag) {
    throw replacedMeanwhile(work);
  }
  await deps.catalog.images.changeStatus(work.imageId, ["queued", "saving"], "saving", { updatedAt: deps.clock.now() });
  await using writer = await deps.store.create(work.blobId);
  try {
    const plan = await planRaw(file.disk, { signal: context.signal });
    for await (const piece of plan.pieces({ signal: context.signal, onProgress: (progress) => context.progress({ ...progress }) })) {
      await writer.write(piece.offset, piece.bytes);
      piece.release?.();
    }
  } catch (error) {
    throw fileRefused(work, error);
  }
  const { imageId, imageName, projectId, format, virtualSizeBytes } = work;
  const record = { kind: "image", imageId, imageName, projectId, sourceFormat: format };
  return { dataBytes: (await writer.commit({ lengthBytes: virtualSizeBytes, record })).dataBytes };
}

async function dataBytesOf(store: BlobStore, id: BlobId, signal: AbortSignal): Promise<number> {
  await using blob = await store.open(id);
  let dataBytes = 0;
  for await (const extent of blob.extents({ signal })) {
    dataBytes += extent.kind === "data" ? extent.length : 0;
  }
  return dataBytes;
}

function replacedMeanwhile(work: ImportWork): ServiceError {
  return new ServiceError("IMG.0057", {
    file: locationText(work),
    problemEn: "it was replaced while it was being imported",
    problemZh: "文件在导入过程中被替换",
    remedyEn: "Start the import again and leave the file alone meanwhile.",
    remedyZh: "请重新导入，期间不要改动该文件。",
  });
}
