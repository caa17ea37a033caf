import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobRecord, Json } from "@tintype/jobs/job-record.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import { activateWithFile } from "../transfers/files/upload-file.ts";
import type { ReceivedFile } from "../transfers/files/receive-file.ts";
import { describeImportError } from "./describe-import-error.ts";
import { describedChange } from "./described-change.ts";
import { fetchFile, importingImage } from "./fetch-file.ts";
import { fetchRemoteImage } from "./fetch-remote-image.ts";
import type { FetchRemoteDeps, RemoteDescription } from "./fetch-remote-image.ts";
import { imageImportKind, importOf } from "./import-work.ts";

/** A file that is in the store, and what it is said to be where it came from; JSON keeps every field of it. */
interface Stored {
  readonly received: ReceivedFile;
  readonly described?: RemoteDescription;
}

/**
 * Imports an image as the Image API does: *store* brings the file into the store unless it is there already, *seal* decides by content what
 * it is and makes the image active. Whatever ends it early lets the image wait for content again, with nothing of what came.
 *
 * Restart  every step may run again: blobs have fixed names, and are there already or not at all
 */
export function imageImportJob(deps: FetchRemoteDeps): JobKind {
  return {
    name: imageImportKind,
    steps: [
      { name: "store", run: (context) => store(deps, context) },
      { name: "seal", run: (context) => seal(deps, context) },
    ],
    describeError: describeImportError,
    onEnded: (job) => letWait(deps, job),
  };
}

async function store(deps: FetchRemoteDeps, context: StepContext): Promise<Json> {
  return (await stored(deps, context)) as unknown as Json;
}

async function stored(deps: FetchRemoteDeps, context: StepContext): Promise<Stored> {
  const { method, staged } = importOf(context.job);
  if (method.name === "web-download") {
    return { received: await fetchFile(deps, { url: method.uri }, context) };
  }
  if (method.name === "glance-download") {
    return await fetchRemoteImage(deps, method, context);
  }
  if (staged === null) {
    throw new Error("An import of a staged file was started without one");
  }
  return { received: staged };
}

async function seal(deps: FetchRemoteDeps, context: StepContext): Promise<{ readonly imageId: string }> {
  const { imageId, uploadedId, blobId } = importOf(context.job);
  const before = await deps.catalog.images.get(imageId);
  if (before?.disks[0]?.blobId !== blobId) {
    const image = await importingImage(deps, imageId);
    const { received, described } = context.outputs["store"] as unknown as Stored;
    const change = described && describedChange(image, described, deps.limits);
    await deps.store.remove(blobId);
    await activateWithFile(deps, { image, uploadedId, received, blobId, change });
  }
  await deps.catalog.removals.note([uploadedId], deps.clock.now());
  await releaseBlobs(deps, [uploadedId]);
  return { imageId };
}

/** An image that became active at the last moment waits again too: a task that says it failed leaves nothing. */
async function letWait(deps: FetchRemoteDeps, job: JobRecord): Promise<void> {
  const { imageId, uploadedId, blobId } = importOf(job);
  const released = await deps.catalog.transaction(async ({ images, removals }) => {
    const image = await images.get(imageId);
    const isOurs = image?.disks[0]?.blobId === blobId;
    const now = deps.clock.now();
    if (image !== undefined && (isOurs || image.status === "importing")) {
      const empty = { disks: [], file: undefined, sourceFormat: undefined, activeAt: undefined, updatedAt: now };
      await images.changeStatus(imageId, [image.status], "queued", empty);
    }
    // The other blob is noted as long as no image names it; one that lies in the recycle bin may.
    const blobs = isOurs ? [uploadedId, blobId] : [uploadedId];
    await removals.note(blobs, now);
    return blobs;
  });
  await releaseBlobs(deps, released);
}
