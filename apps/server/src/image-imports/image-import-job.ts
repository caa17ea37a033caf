import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobRecord, Json } from "@tintype/jobs/job-record.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import { removeCopies } from "../images/remove-copies.ts";
import { activateWithFile } from "../transfers/files/upload-file.ts";
import { bringFile } from "./bring-file.ts";
import type { BringFileDeps, BroughtFile } from "./bring-file.ts";
import { describeImportError } from "./describe-import-error.ts";
import { describedChange } from "./described-change.ts";
import { importingImage } from "./fetch-file.ts";
import { withoutKeys } from "./import-method.ts";
import type { ContentPromise, ImageFile, ImageRecord, ImageStatus } from "../ports/image-catalog.ts";
import { imageImportKind, importOf } from "./import-work.ts";
import type { ImageImport } from "./import-work.ts";
import { spreadFile } from "./spread-file.ts";
import type { SpreadFile } from "./spread-file.ts";

/**
 * Imports an image as the Image API does: *store* brings the file into one store unless it is there already, *spread* copies it to the others
 * that are wanted, *seal* decides by content what it is and makes the image active. Whatever ends it early lets the image wait for content
 * again, with nothing of what came.
 *
 * Restart  every step may run again: blobs have fixed names, and are there already or not at all
 */
export function imageImportJob(deps: BringFileDeps): JobKind {
  return {
    name: imageImportKind,
    // Fetching is waiting for others, for hours if they are slow: it holds up no work that needs nobody.
    laneOf: (job) => (importOf(job).method.name === "glance-direct" ? undefined : "fetch"),
    steps: [
      // JSON keeps every field of it.
      { name: "store", run: async (context) => (await bringFile(deps, context)) as unknown as Json },
      { name: "spread", run: async (context) => ({ ...(await spreadFile(deps, broughtBy(context), context)) }) },
      { name: "seal", run: async (context) => ({ ...(await seal(deps, context)) }) },
    ],
    lastingInput: (input) => ({ ...(input as { readonly [key: string]: Json }), method: withoutKeys(importOf({ input }).method) }),
    describeError: describeImportError,
    onEnded: (job) => letWait(deps, job),
  };
}

/** What came of an import. */
interface SealedImport {
  readonly imageId: string;
  /** Names of the stores that failed at the end, and that the image may do without. */
  readonly failed: readonly string[];
}

/** The output of the first step. */
function broughtBy({ outputs }: StepContext): BroughtFile {
  return outputs["store"] as unknown as BroughtFile;
}

async function seal(deps: BringFileDeps, context: StepContext): Promise<SealedImport> {
  const work = importOf(context.job);
  const { imageId, uploadedId, blobId, method, mustSucceed } = work;
  const { stores } = context.outputs["spread"] as unknown as SpreadFile;
  const before = await deps.catalog.images.get(imageId);
  if (before?.disks[0]?.blobId !== blobId) {
    const image = await importingImage(deps, work);
    const { received, described } = broughtBy(context);
    const change =
      method.name === "location"
        ? { locations: [{ url: method.uri, metadata: {} }] }
        : described && describedChange(image, described, { limits: deps.limits, systems: deps.osLists.current });
    // An earlier attempt wrote to these alone; others need not even be there.
    await removeCopies(deps, [{ blobId }], stores);
    await activateWithFile(deps, { image, uploadedId, received, blobId, stores, mustSucceed, change });
  }
  await deps.catalog.removals.note([uploadedId], deps.clock.now());
  await releaseBlobs(deps, [uploadedId]);
  const kept = (await deps.catalog.images.get(imageId))?.stores ?? stores;
  return { imageId, failed: stores.filter((name) => !kept.includes(name)) };
}

/** What an image is when its import brought nothing. */
function statusAfter({ method }: ImageImport): ImageStatus {
  return method.name === "first-use" ? "active elsewhere" : "queued";
}

/** Somebody may have read what was here for a moment: if it is fetched again, it is the same. */
function leftOf({ method }: ImageImport, { file, promised }: ImageRecord): Partial<ImageRecord> {
  if (method.name !== "first-use") {
    return { locations: [] };
  }
  return { promised: file === undefined ? promised : promiseOf(file) };
}

function promiseOf({ lengthBytes, md5, digest }: ImageFile): ContentPromise {
  return { lengthBytes, digests: { md5, [digest.algorithm]: digest.value } };
}

/** An image that became active at the last moment waits again too: a task that says it failed leaves nothing. */
async function letWait(deps: BringFileDeps, job: JobRecord): Promise<void> {
  const work = importOf(job);
  const { imageId, uploadedId, blobId } = work;
  const released = await deps.catalog.transaction(async ({ images, removals }) => {
    const image = await images.get(imageId);
    const isOurs = image?.disks[0]?.blobId === blobId;
    const now = deps.clock.now();
    if (image !== undefined && (isOurs || image.status === "importing")) {
      const empty = { disks: [], stores: [], file: undefined, sourceFormat: undefined, activeAt: undefined, updatedAt: now };
      await images.changeStatus(imageId, [image.status], statusAfter(work), { ...empty, ...leftOf(work, image) });
    }
    // The other blob is noted as long as no image names it; one that lies in the recycle bin may.
    const blobs = isOurs ? [uploadedId, blobId] : [uploadedId];
    await removals.note(blobs, now);
    return blobs;
  });
  await releaseBlobs(deps, released);
}
