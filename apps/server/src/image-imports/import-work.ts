import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageDisk, ImageStatus } from "../ports/image-catalog.ts";
import type { ImageId } from "../ports/ids.ts";
import type { TokenBearer } from "../ports/image-services.ts";
import type { ReceivedFile } from "../transfers/files/receive-file.ts";
import type { FileMethod, ImportMethod } from "./import-method.ts";

/** Name of the job kind; also what the tasks of the Image API are called there. */
export const imageImportKind = "api_image_import";
/** Name of the kind that brings the content of an image to more stores. */
export const storeCopyKind = "image_store_copy";
/** What the Image API shows as tasks. */
export const taskKinds: readonly string[] = [imageImportKind, storeCopyKind];

/** What every task of the Image API is to do, and by whose request. It never changes. */
export interface ImageTaskWork {
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly method: ImportMethod;
  /** Names of the stores that shall hold the content, the preferred first. */
  readonly stores: readonly string[];
  /** Whether it fails when one of them does. */
  readonly mustSucceed: boolean;
  readonly bearer: { readonly userId: string; readonly agencyId: string | null };
  readonly requestId: string;
  /** What clients know it as: an import of an image that was there, one that made the image too, or one from a location. */
  readonly type: "api_image_import" | "import" | "location_import";
}

/** What an import is to do. */
export interface ImageImport extends ImageTaskWork {
  readonly method: FileMethod;
  /** The file as it came. */
  readonly uploadedId: BlobId;
  /** The file as the image will have it. */
  readonly blobId: BlobId;
  /** What was staged before; null when the file is yet to be fetched. */
  readonly staged: ReceivedFile | null;
}

/** What a copy to more stores is to do. */
export interface StoreCopy extends ImageTaskWork {
  /** The content, which never changes: where the image has other blobs, it is another image. */
  readonly disks: readonly Pick<ImageDisk, "blobId" | "dataBytes">[];
}

/** Rows from before stores had names tell of none: those imports are for the default one. */
const unnamed = { stores: [], mustSucceed: true };

/** Rows of this kind are inserted by `startImageImport` alone. */
export function importOf(job: Pick<JobRecord, "input">): ImageImport {
  return { ...unnamed, ...(job.input as unknown as ImageImport) };
}

/** Rows of this kind are inserted by `startStoreCopy` alone. */
export function storeCopyOf(job: Pick<JobRecord, "input">): StoreCopy {
  return job.input as unknown as StoreCopy;
}

/** What a task of either kind has. */
export function taskWorkOf(job: Pick<JobRecord, "input">): ImageTaskWork {
  return { ...unnamed, ...(job.input as unknown as ImageTaskWork) };
}

/** Where the image of an import stands as long as the import works. */
export function statusDuring({ method }: Pick<ImageImport, "method">): ImageStatus {
  return method.name === "first-use" ? "active elsewhere" : "importing";
}

/** Who asked for a job. */
export function bearerOf(job: Pick<JobRecord, "input" | "projectId">): TokenBearer {
  const { userId, agencyId } = importOf(job).bearer;
  return { userId, agencyId: agencyId ?? undefined, projectId: job.projectId };
}
