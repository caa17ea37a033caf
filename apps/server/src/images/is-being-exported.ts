import type { JobRecords } from "@tintype/jobs/job-record.ts";
import type { ImageId } from "../ports/ids.ts";

/** Name of the job kind that exports an image; also its name in both job queries. */
export const exportJobKind = "imsNativeExportImageJob";

/** Tells whether a task that is not over exports this image. Exact inside a transaction. */
export async function isBeingExported(jobs: JobRecords, id: ImageId): Promise<boolean> {
  const unfinished = await jobs.list({ subjectId: id, status: ["queued", "running"] });
  return unfinished.some(({ kind }) => kind === exportJobKind);
}
