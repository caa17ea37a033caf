import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { ReleaseDeps } from "../buckets/release-blobs.ts";
import type { ProjectId } from "../ports/ids.ts";
import { discardImage } from "./discard-image.ts";
import { importJobKind } from "./import-work.ts";
import type { ImportInput, ImportWork } from "./import-work.ts";
import { inspectFile } from "./inspect-file.ts";
import type { FileFacts } from "./inspect-file.ts";
import { sealImage } from "./seal-image.ts";
import type { StoreDiskDeps, StoredDisk } from "./store-disk.ts";
import { storeFile } from "./store-file.ts";
import { describeTransferError } from "./transfer-error.ts";

/** What an import needs, also to clean up after itself. */
export interface ImportJobDeps extends StoreDiskDeps, Pick<ReleaseDeps, "log"> {}

/**
 * Makes an image from a file in a bucket: *inspect* decides by content what the file is, *store* keeps the disk's content,
 * *seal* makes the image active. Whatever ends it early leaves no image, no bytes, and the quota as it was.
 *
 * Restart  every step may run again: the blob has a fixed name, and is stored already or not at all
 */
export function importJob(deps: ImportJobDeps): JobKind {
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
          const { format, virtualSizeBytes } = outputOf<FileFacts>(context, "inspect");
          const { dataBytes } = outputOf<StoredDisk>(context, "store");
          await sealImage(deps, { ...workOf(context.job), virtualSizeBytes, dataBytes, sourceFormat: format });
        },
      },
    ],
    describeError: describeTransferError,
    onEnded: (job) => discardImage(deps, workOf(job)),
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
