import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId } from "../ports/ids.ts";
import type { TokenBearer } from "../ports/image-services.ts";
import type { ReceivedFile } from "../transfers/files/receive-file.ts";
import type { ImportMethod } from "./import-method.ts";

/** Name of the job kind; also what the tasks of the Image API are called there. */
export const imageImportKind = "api_image_import";

/** What a job of this kind is to do, and by whose request. It never changes. */
export interface ImageImport {
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly method: ImportMethod;
  /** The file as it came. */
  readonly uploadedId: BlobId;
  /** The file as the image will have it. */
  readonly blobId: BlobId;
  /** What was staged before; null when the file is yet to be fetched. */
  readonly staged: ReceivedFile | null;
  readonly bearer: { readonly userId: string; readonly agencyId: string | null };
  readonly requestId: string;
  /** What clients know it as: an import of an image that was there, or one that made the image too. */
  readonly type: "api_image_import" | "import";
}

/** Rows of this kind are inserted by `startImageImport` alone. */
export function importOf(job: Pick<JobRecord, "input">): ImageImport {
  return job.input as unknown as ImageImport;
}

/** Who asked for a job. */
export function bearerOf(job: Pick<JobRecord, "input" | "projectId">): TokenBearer {
  const { userId, agencyId } = importOf(job).bearer;
  return { userId, agencyId: agencyId ?? undefined, projectId: job.projectId };
}
