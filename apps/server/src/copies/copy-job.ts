import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { copyJobKind } from "../images/work-on-image.ts";
import { discardImage } from "../transfers/discard-image.ts";
import type { DiscardDeps } from "../transfers/discard-image.ts";
import { sealImage } from "../transfers/seal-image.ts";
import type { StoreDiskDeps, StoredDisk } from "../transfers/store-disk.ts";
import { describeTransferError } from "../transfers/transfer-error.ts";
import { copyContent } from "./copy-content.ts";
import type { CopyInput } from "./copy-work.ts";

/**
 * Copies an image within the region: *store* gives the copy its content, *seal* makes it active; its result names the copy. Whatever ends
 * it early leaves no image, no bytes, and the quota as it was.
 *
 * Restart  every step may run again: the blob has a fixed name, and is stored already or not at all
 */
export function copyJob(deps: StoreDiskDeps & DiscardDeps): JobKind {
  return {
    name: copyJobKind,
    steps: [
      { name: "store", run: (context) => copyContent(deps, workOf(context.job), context) },
      {
        name: "seal",
        run: async (context) => {
          const { newImageId, blobId, source } = workOf(context.job);
          const { dataBytes } = storedDisk(context);
          const stores = await deps.stores.holding(blobId);
          await sealImage(deps, { imageId: newImageId, disk: { ...source, blobId, dataBytes }, stores });
          return { imageId: newImageId };
        },
      },
    ],
    describeError: describeTransferError,
    onEnded: (job) => {
      const { newImageId, blobId } = workOf(job);
      return discardImage(deps, { imageId: newImageId, blobId });
    },
  };
}

/** Rows of this kind are inserted by `copyImage` alone. */
function workOf(job: JobRecord): CopyInput {
  return job.input as unknown as CopyInput;
}

/** The output of the step above, through JSON that keeps every field of it. */
function storedDisk(context: StepContext): StoredDisk {
  return context.outputs["store"] as StoredDisk;
}
