import type { JobRecords } from "@tintype/jobs/job-record.ts";
import type { ImageId } from "../ports/ids.ts";

/** Names of the job kinds that read an image while they run; also their names in both job queries. Their rows are about that image. */
export const exportJobKind = "imsNativeExportImageJob";
export const copyJobKind = "imsCopyImageInRegionJob";

/** What tasks that are not over do with an image. */
export interface WorkOnImage {
  readonly isExporting: boolean;
  readonly isCopying: boolean;
}

/** Finds out which tasks read this image. Exact inside a transaction. */
export async function workOnImage(jobs: JobRecords, id: ImageId): Promise<WorkOnImage> {
  const unfinished = await jobs.list({ subjectId: id, status: ["queued", "running"] });
  const kinds = new Set(unfinished.map(({ kind }) => kind));
  return { isExporting: kinds.has(exportJobKind), isCopying: kinds.has(copyJobKind) };
}
