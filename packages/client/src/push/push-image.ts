import { createHash } from "node:crypto";
import { ApiError } from "../errors/api-error.ts";
import { ChecksumError } from "../errors/checksum-error.ts";
import { FileError } from "../errors/file-error.ts";
import type { FileImage, ImageApi, NewImage } from "../image-api.ts";
import type { FileDigests } from "./file-digest.ts";
import type { PushSource } from "./push-source.ts";
import { digestSource, pushUpload } from "./push-upload.ts";
import type { PushedUpload, PushOptions, PushTotals } from "./push-upload.ts";
import type { ListedUpload, Uploads } from "./uploads.ts";

/** What is pushed, and what it becomes. */
export interface ImagePush {
  readonly source: PushSource;
  /** Tells this file from others: its name, when it was changed, how it is read. A later run with the same words goes on with this one. */
  readonly file: Readonly<Record<string, string | number>>;
  readonly image: NewImage;
}

export interface PushImageOptions extends PushOptions {
  readonly images: ImageApi;
  readonly uploads: Uploads;
  /** Told which image it is, and whether an earlier run began it. */
  readonly onImage?: ((image: FileImage, isResumed: boolean) => void) | undefined;
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
 * that it made. What the service has in the end is compared with what was read here.
 *
 * Throws  ChecksumError when the two differ: the image is deleted then; FileError for an empty file; what `pushUpload` throws
 */
export async function pushImage(push: ImagePush, options: PushImageOptions): Promise<PushedImage> {
  const { source } = push;
  const { images, signal, onImage } = options;
  if (source.lengthBytes === 0) {
    throw new FileError("There is nothing to push: the file is empty.");
  }
  const fingerprint = await fingerprintOf(push, signal);
  const earlier = await findEarlier(fingerprint, options);
  const { image, uploadId } = earlier ?? (await begin(push, fingerprint, options));
  onImage?.(image, earlier !== undefined);
  const { totals, digests } = await sendOrScan(source, { image, uploadId }, options);
  const filled = await images.get(image.id, { signal });
  if (filled === undefined) {
    throw new ChecksumError(`The image ${image.id} was deleted before it could be compared with the file.`);
  }
  await compare(filled, { digests, lengthBytes: source.lengthBytes }, options);
  return { image: filled, totals };
}

/** An image that was filled already only needs to be compared: the service ended before it could say so. */
async function sendOrScan(source: PushSource, { image, uploadId }: BegunPush, options: PushImageOptions): Promise<PushedUpload> {
  const { uploads, images, signal } = options;
  if (image.status === "active") {
    return await scanFilled(source, uploadId, options);
  }
  try {
    return await pushUpload(source, uploads, uploadId, options);
  } catch (error) {
    if (codeOf(error) === "image.notWaiting" && (await images.get(image.id, { signal }))?.status === "active") {
      return await scanFilled(source, uploadId, options);
    }
    if (codeOf(error) === "image.contentRefused") {
      await images.delete(image.id);
      await uploads.delete(uploadId);
    }
    throw error;
  }
}

async function scanFilled(source: PushSource, uploadId: string, { uploads, signal }: PushImageOptions): Promise<PushedUpload> {
  const digests = await digestSource(source, { signal });
  await uploads.delete(uploadId, { signal });
  return { totals: { resumedBytes: source.lengthBytes, sentBytes: 0, savedBytes: 0, zeroBytes: 0 }, digests };
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
  for await (const upload of uploads.list({ signal })) {
    if (upload.metadata["fingerprint"] === fingerprint && upload.metadata["image"] !== undefined) {
      found.push(upload);
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

async function compare(
  image: FileImage,
  file: { readonly digests: FileDigests; readonly lengthBytes: number },
  { images }: PushImageOptions,
): Promise<void> {
  const { algorithm = "", value } = image.digest ?? {};
  const expected = algorithm === "sha256" || algorithm === "sha512" ? file.digests[algorithm] : undefined;
  if (image.sizeBytes === file.lengthBytes && value === expected && image.status === "active") {
    return;
  }
  await images.delete(image.id);
  const words = `The image has ${image.sizeBytes} bytes, status ${image.status} and ${algorithm} ${value}, the file ${file.lengthBytes} bytes and ${expected}`;
  throw new ChecksumError(`${words}. The file was changed while it was pushed, or bytes were: the image was deleted. Push it again.`);
}
