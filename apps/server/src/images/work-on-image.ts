import type { JobRecords } from "@tintype/jobs/job-record.ts";
import type { ImageId } from "../ports/ids.ts";
import { taskKinds } from "../image-imports/import-work.ts";
import { memberJobKinds } from "../sharing/member-work.ts";

/** Names of the job kinds that read an image while they run; also their names in both job queries. Their rows are about that image. */
export const exportJobKind = "imsNativeExportImageJob";
export const copyJobKind = "imsCopyImageInRegionJob";

/** Jobs that change who has an image, not the image. */
const memberKinds: ReadonlySet<string> = new Set(Object.values(memberJobKinds));

/** What tasks that are not over do with an image. */
export interface WorkOnImage {
  /** The one that exports it, and one that copies it. */
  readonly exportJobId: string | undefined;
  readonly copyJobId: string | undefined;
  /** True while one fills it that needs it: tasks of the Image API end by themselves when their image is gone. */
  readonly isBeingFilled: boolean;
}

/** Finds out which tasks read or fill this image. Exact inside a transaction. */
export async function workOnImage(jobs: JobRecords, id: ImageId): Promise<WorkOnImage> {
  const unfinished = await jobs.list({ subjectId: id, status: ["queued", "running"] });
  const kinds = new Set(unfinished.map(({ kind }) => kind));
  const isBeingFilled = [...kinds].some(
    (kind) => kind !== exportJobKind && kind !== copyJobKind && !memberKinds.has(kind) && !taskKinds.includes(kind),
  );
  const idOf = (wanted: string): string | undefined => unfinished.find(({ kind }) => kind === wanted)?.id;
  return { exportJobId: idOf(exportJobKind), copyJobId: idOf(copyJobKind), isBeingFilled };
}
