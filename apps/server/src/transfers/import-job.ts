import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { ProjectId } from "../ports/ids.ts";
import { discardImport } from "./discard-import.ts";
import type { DiscardImportDeps } from "./discard-import.ts";
import { importJobKind } from "./import-work.ts";
import type { ImportInput, ImportWork } from "./import-work.ts";
import { inspectFile } from "./inspect-file.ts";
import type { FileFacts } from "./inspect-file.ts";
import { sealImage } from "./seal-image.ts";
import { storeFile } from "./store-file.ts";
import type { StoredDisk } from "./store-file.ts";
import { describeTransferError } from "./transfer-error.ts";

/**
 * Makes an image from a file in a bucket: *inspect* decides by content what the file is, *store* keeps the disk's content,
 * *seal* makes the image active. Whatever ends it early leaves no image, no bytes, and the quota as it was.
 *
 * Restart  every step may run again: the blob has a fixed name, and is stored already or not at all
 */
export function importJob(deps: DiscardImportDeps): JobKind {
  return {
    name: importJobKind,
    steps: [
      { name: "inspect", run: (context) => inspectFile(deps, workOf(context.job), context) },
      {
        name: "store",
        run: (context) => storeFile(deps, { ...workOf(context.job), ...outputOf<FileFacts>(context, "inspect") }, context),
      },
      {
        name: "seal",
        run: async (context) => {
          const work = { ...outputOf<FileFacts>(context, "inspect"), ...outputOf<StoredDisk>(context, "store"), ...workOf(context.job) };
          await sealImage(deps, work);
        },
      },
    ],
    describeError: describeTransferError,
    onEnded: (job) => discardImport(deps, workOf(job)),
  };
}

/** Rows of this kind are inserted by `importImage` alone. */
function workOf(job: JobRecord): ImportWork {
  return { ...(job.input as unknown as ImportInput), projectId: job.projectId as ProjectId };
}

/** Outputs come from the steps above, through JSON that keeps every field of theirs. */
function outputOf<T>(context: StepContext, step: string): T {
  return context.outputs[step] as T;
}
