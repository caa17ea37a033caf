import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { randomUUID } from "node:crypto";
import { StoreError } from "../../store-error.ts";
import type { ConditionalWrites } from "./put-object.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { hasStatus } from "./s3-failure.ts";

/** What names of probes start with. No file's name has such a letter, so no listing shows them. */
export const probePrefix = "~probe-";

const Body = Buffer.from("probe");

/**
 * Finds out by trying which writes the service refuses when a name is taken. The probe is removed again.
 *
 * Throws  store.io, store.full: what writing to the bucket throws
 */
export async function probeConditionalWrites(bucket: S3Bucket): Promise<ConditionalWrites> {
  const address = bucket.at(probePrefix + randomUUID());
  const { client } = bucket;
  await bucket.send("Trying to write", () => client.send(new PutObjectCommand({ ...address, Body })));
  try {
    const put = await isRefused(() =>
      bucket.send("Trying to write again", () => client.send(new PutObjectCommand({ ...address, Body, IfNoneMatch: "*" }))),
    );
    return { put, complete: await isCompletionRefused(bucket, address) };
  } finally {
    await bucket.send("Removing a probe", () => client.send(new DeleteObjectCommand(address)));
  }
}

async function isCompletionRefused(bucket: S3Bucket, address: { readonly Bucket: string; readonly Key: string }): Promise<boolean> {
  const { client } = bucket;
  const { UploadId } = await bucket.send("Trying to upload", () => client.send(new CreateMultipartUploadCommand(address)));
  const upload = { ...address, UploadId };
  const { ETag } = await bucket.send("Trying to upload a part", () =>
    client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body })),
  );
  const input = { ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] }, IfNoneMatch: "*" };
  const refused = await isRefused(() =>
    bucket.send("Trying to complete an upload", () => client.send(new CompleteMultipartUploadCommand(input))),
  );
  if (refused) {
    await bucket.send("Throwing a trial upload away", () => client.send(new AbortMultipartUploadCommand(upload)));
  }
  return refused;
}

/** True when the condition was honoured, false when the write went through all the same or the service does not know the condition. */
async function isRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return false;
  } catch (error) {
    const cause = error instanceof StoreError ? error.cause : error;
    if (hasStatus(cause, 412)) {
      return true;
    }
    if (hasStatus(cause, 400) || hasStatus(cause, 501)) {
      return false;
    }
    throw error;
  }
}
