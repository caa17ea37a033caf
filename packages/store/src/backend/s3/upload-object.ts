import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { CompletedPart } from "@aws-sdk/client-s3";
import { randomUUID } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { StoreError } from "../../store-error.ts";
import { headObject, tokenMetadata } from "./object-token.ts";
import type { PartBuffers } from "./part-buffers.ts";
import { knowingWhoseItIs, takenError, whenFree } from "./put-object.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { hasStatus } from "./s3-failure.ts";
import { maxParts, partBytes } from "./s3-options.ts";

/** A local file on its way into an object. */
export interface Upload {
  readonly name: string;
  readonly file: FileHandle;
  readonly sizeBytes: number;
  readonly conditional: boolean;
  readonly buffers: PartBuffers;
}

interface Begun extends Upload {
  readonly UploadId: string;
}

/** Fills memory from a file that is known to be there. Throws store.io when the file has become shorter. */
export async function readStaged(file: FileHandle, offset: number, target: Buffer): Promise<void> {
  for (let filled = 0; filled < target.length;) {
    const { bytesRead } = await file.read(target, filled, target.length - filled, offset + filled);
    if (bytesRead === 0) {
      const end = offset + target.length;
      throw new StoreError("store.io", `A staged file ended at ${offset + filled} of ${end} bytes: something else changed it.`);
    }
    filled += bytesRead;
  }
}

/**
 * Uploads a file in parts. Nothing of it is seen before all parts are there; when it fails, the parts are thrown away.
 *
 * Memory  `buffers`
 * Throws  store.exists, store.full, store.io
 */
export async function uploadObject(bucket: S3Bucket, upload: Upload): Promise<void> {
  const { name, sizeBytes, conditional } = upload;
  if (sizeBytes > maxParts * partBytes) {
    throw new RangeError(`${name} is larger than the ${maxParts * partBytes} bytes that ${maxParts} parts hold.`);
  }
  await refuseTaken(bucket, name);
  const token = randomUUID();
  const { UploadId } = await bucket.send(`Beginning ${name}`, () =>
    bucket.client.send(new CreateMultipartUploadCommand({ ...bucket.at(name), ...tokenMetadata(token) })),
  );
  if (UploadId === undefined) {
    throw new StoreError("store.io", `${bucket.place} began an upload without telling its id, so it cannot keep a store.`);
  }
  const begun = { ...upload, UploadId };
  try {
    const Parts = await sendParts(bucket, begun);
    if (!conditional) {
      await refuseTaken(bucket, name);
    }
    const input = { ...bucket.at(name), UploadId, MultipartUpload: { Parts }, ...whenFree(conditional) };
    await knowingWhoseItIs(bucket, { name, token }, () =>
      bucket.send(`Completing ${name}`, () => bucket.client.send(new CompleteMultipartUploadCommand(input))),
    );
  } catch (error) {
    await throwAway(bucket, begun);
    throw error;
  }
}

async function refuseTaken(bucket: S3Bucket, name: string): Promise<void> {
  if ((await headObject(bucket, name)) !== undefined) {
    throw takenError(bucket, name);
  }
}

async function sendParts(bucket: S3Bucket, upload: Begun): Promise<CompletedPart[]> {
  const numbers = Array.from({ length: Math.ceil(upload.sizeBytes / partBytes) }, (_, index) => index + 1);
  const stop = new AbortController();
  const sends = numbers.map((number) =>
    upload.buffers.run((buffer) => sendPart(bucket, upload, { number, buffer, signal: stop.signal }), stop.signal),
  );
  try {
    return await Promise.all(sends);
  } catch (error) {
    stop.abort(error);
    // A part that is still on its way could arrive after the upload was thrown away.
    await Promise.allSettled(sends);
    throw error;
  }
}

async function sendPart(
  bucket: S3Bucket,
  { name, UploadId, file, sizeBytes }: Begun,
  { number, buffer, signal }: { readonly number: number; readonly buffer: Buffer; readonly signal: AbortSignal },
): Promise<CompletedPart> {
  const offset = (number - 1) * partBytes;
  const Body = buffer.subarray(0, Math.min(partBytes, sizeBytes - offset));
  await readStaged(file, offset, Body);
  const input = { ...bucket.at(name), UploadId, PartNumber: number, Body };
  const send = () => bucket.client.send(new UploadPartCommand(input), { abortSignal: signal });
  const { ETag } = await bucket.send(`Writing part ${number} of ${name}`, send, { signal });
  if (ETag === undefined) {
    throw new StoreError("store.io", `${bucket.place} took a part without naming it, so it cannot keep a store.`);
  }
  return { PartNumber: number, ETag };
}

/** Never fails, so that what went wrong before stays the error; what is left is thrown away at a later opening. */
async function throwAway(bucket: S3Bucket, { name, UploadId }: Begun): Promise<void> {
  try {
    await bucket.send(`Throwing away parts of ${name}`, () =>
      bucket.client.send(new AbortMultipartUploadCommand({ ...bucket.at(name), UploadId })),
    );
  } catch (error) {
    if (!(error instanceof StoreError) || !hasStatus(error.cause, 404)) {
      bucket.warn(`Parts of an upload are left until the store is opened a day from now. ${String(error)}`);
    }
  }
}
