import { createHash } from "node:crypto";
import { ApiError } from "../errors/api-error.ts";
import { ChecksumError } from "../errors/checksum-error.ts";
import { FileError } from "../errors/file-error.ts";
import { isTransient } from "../errors/is-transient.ts";
import { SetupError } from "../errors/setup-error.ts";
import type { FileImage, ImageApi, NewImage } from "../image-api.ts";
import { digestSource } from "./digest-source.ts";
import type { FileDigests } from "./file-digest.ts";
import type { PushSource } from "./push-source.ts";
import { pushUpload } from "./push-upload.ts";
import type { PushedUpload, PushOptions, PushTotals } from "./push-upload.ts";
import type { ListedUpload, Uploads } from "./uploads.ts";

/** What is pushed, and what it becomes. */
export interface ImagePush {
  readonly source: PushSource;
  /** Tells this file from others: its name, when it was changed, how it is read. A later run with the same words goes on with this one. */
  readonly file: Readonly<Record<string, string | number>>;
  /** Tells whether the file is still what it was: a later run finds again only what it began of the same one. */
  isUnchanged(): Promise<boolean>;
  readonly image: NewImage;
}

export interface PushImageOptions extends PushOptions {
  readonly images: ImageApi;
  readonly uploads: Uploads;
  /** Told which image it is, and whether an earlier run began it. */
  readonly onImage?: ((image: FileImage, isResumed: boolean) => void) | undefined;
  /** Told that nothing is left of the image, since the push failed for good; or why something is, where it could not be deleted. */
  readonly onDiscarded?: ((failure: unknown) => void) | undefined;
}

/** An image that is there, and how it got there. */
export interface PushedImage {
  readonly image: FileImage;
  readonly totals: PushTotals;
}

/** How much of a file goes into its fingerprint. */
const fingerprintBytes = 1024 * 1024;

/**
 * Makes an image of a file, and sends only what the project does not have of it. A run that was interrupted is gone on with, with the image
 * that it made. What the service has in the end is compared with what was read here. A run that failed for good leaves nothing behind; one
 * that may succeed later, what was sent.
 *
 * Throws  ChecksumError when the two differ; FileError for a file that is empty, or was changed meanwhile; what `pushUpload` throws
 */
export async function pushImage(push: ImagePush, options: PushImageOptions): Promise<PushedImage> {
  const { source } = push;
  const { signal, onImage, onDiscarded } = options;
  if (source.lengthBytes === 0) {
    throw new FileError("There is nothing to push: the file is empty.");
  }
  const fingerprint = await fingerprintOf(push, signal);
  const earlier = await findEarlier(fingerprint, options);
  const begun = earlier ?? (await begin(push, fingerprint, options));
  onImage?.(begun.image, earlier !== undefined);
  try {
    return await finish(push, begun, options);
  } catch (error) {
    if (signal?.aborted !== true && (await isForGood(error, push))) {
      const failure = await discard(begun, options);
      onDiscarded?.(failure);
    }
    throw error;
  }
}

/** Sends what is missing, and compares. */
async function finish(push: ImagePush, begun: BegunPush, options: PushImageOptions): Promise<PushedImage> {
  const { source } = push;
  const { images, uploads, signal } = options;
  const { totals, digests } = await sendOrScan(source, begun, options);
  const image = await images.get(begun.image.id, { signal });
  if (image === undefined) {
    throw new ChecksumError(`The image ${begun.image.id} was deleted before it could be compared with the file.`);
  }
  if (!(await push.isUnchanged())) {
    // What was read of it may be half of what it was and half of what it became.
    throw new FileError("The file was changed while it was pushed. Wait until nothing writes to it any more, then push it again.");
  }
  compare(image, { digests, lengthBytes: source.lengthBytes });
  // A later run would take it for one that was not compared.
  await uploads.delete(begun.uploadId, { signal });
  return { image, totals };
}

/** An image that was filled already only needs to be compared: that was never told, or not heard. */
async function sendOrScan(source: PushSource, { image, uploadId }: BegunPush, options: PushImageOptions): Promise<PushedUpload> {
  const { uploads, images, signal } = options;
  if (image.status === "active") {
    return await scanFilled(source, options);
  }
  try {
    return await pushUpload(source, uploads, uploadId, options);
  } catch (error) {
    if (codeOf(error) === "image.notWaiting" && (await images.get(image.id, { signal }))?.status === "active") {
      return await scanFilled(source, options);
    }
    throw error;
  }
}

async function scanFilled(source: PushSource, { signal }: PushImageOptions): Promise<PushedUpload> {
  const digests = await digestSource(source, signal);
  return { totals: { resumedBytes: source.lengthBytes, sentBytes: 0, savedBytes: 0, zeroBytes: 0 }, digests };
}

/** Statuses of what somebody can put right: log in anew, give rights, wait, make room. */
const mendableStatuses: ReadonlySet<number> = new Set([401, 403, 423, 507]);

/** Tells whether the same push again would not get further than this one did. */
async function isForGood(error: unknown, push: ImagePush): Promise<boolean> {
  if (isTransient(error)) {
    return false;
  }
  if (error instanceof ApiError) {
    return !mendableStatuses.has(error.status) && error.code !== "image.quotaFull";
  }
  return error instanceof SetupError || error instanceof ChecksumError || !(await push.isUnchanged());
}

/** Answers what it failed with: why the push failed is what matters. */
async function discard({ image, uploadId }: BegunPush, { images, uploads }: PushImageOptions): Promise<unknown> {
  try {
    await uploads.delete(uploadId);
    if ((await images.get(image.id)) !== undefined) {
      await images.delete(image.id);
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

const codeOf = (error: unknown): string | undefined => (error instanceof ApiError ? error.code : undefined);

async function fingerprintOf({ source, file, image }: ImagePush, signal: AbortSignal | undefined): Promise<string> {
  const beginning = await source.read(0, Math.min(fingerprintBytes, source.lengthBytes), { signal });
  const digest = createHash("sha256").update(beginning).digest("hex");
  return createHash("sha256")
    .update(JSON.stringify([file, image.diskFormat, source.lengthBytes, digest]))
    .digest("hex");
}

interface BegunPush {
  readonly image: FileImage;
  readonly uploadId: string;
}

async function findEarlier(fingerprint: string, { uploads, images, signal }: PushImageOptions): Promise<BegunPush | undefined> {
  const found: ListedUpload[] = [];
  for (const state of ["unfinished", "complete"] as const) {
    for await (const upload of uploads.list(state, { signal })) {
      if (upload.metadata["fingerprint"] === fingerprint && upload.metadata["image"] !== undefined) {
        found.push(upload);
      }
    }
  }
  for (const { id: uploadId, metadata } of found) {
    const image = await images.get(metadata["image"] ?? "", { signal });
    // While it is saving, the last request of the earlier run is still at work; when it is active, its end was never told.
    if (image !== undefined && ["queued", "saving", "active"].includes(image.status)) {
      return { image, uploadId };
    }
    await uploads.delete(uploadId, { signal });
  }
  return undefined;
}

async function begin(
  { image: wanted, source }: ImagePush,
  fingerprint: string,
  { uploads, images, signal }: PushImageOptions,
): Promise<BegunPush> {
  const image = await images.create(wanted, { signal });
  try {
    const metadata = { image: image.id, fingerprint };
    return { image, uploadId: await uploads.create({ lengthBytes: source.lengthBytes, metadata }, { signal }) };
  } catch (error) {
    // Nobody would find it again.
    await images.delete(image.id);
    throw error;
  }
}

function compare(image: FileImage, file: { readonly digests: FileDigests; readonly lengthBytes: number }): void {
  const { algorithm = "", value } = image.digest ?? {};
  const expected = algorithm === "sha256" || algorithm === "sha512" ? file.digests[algorithm] : undefined;
  if (image.sizeBytes === file.lengthBytes && value === expected && image.status === "active") {
    return;
  }
  const words = `The image has ${image.sizeBytes} bytes, status ${image.status} and ${algorithm} ${value}, the file ${file.lengthBytes} bytes and ${expected}`;
  throw new ChecksumError(`${words}. Bytes were changed on their way.`);
}
