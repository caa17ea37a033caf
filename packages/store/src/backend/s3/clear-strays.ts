import { AbortMultipartUploadCommand, DeleteObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { isStoreError } from "../../store-error.ts";
import { isFileName } from "../file-name.ts";
import { probePrefix } from "./probe-conditional-writes.ts";
import type { S3Bucket } from "./s3-bucket.ts";

const strayAgeMs = 24 * 60 * 60 * 1000;

/**
 * Throws away what a killed process left under our prefix: unfinished uploads and probes, older than a day. Parts of unfinished
 * uploads cost room and no listing of objects shows them. When the service refuses, that is a warning, not a failure.
 *
 * Memory  a page of a listing
 */
export async function clearStrays(bucket: S3Bucket): Promise<void> {
  const before = bucket.timers.now() - strayAgeMs;
  try {
    await abortUploads(bucket, before);
    await removeProbes(bucket, before);
  } catch (error) {
    if (!isStoreError(error)) {
      throw error;
    }
    bucket.warn(`Unfinished uploads of earlier runs were not cleared away, and may cost room. ${error.message}`);
  }
}

function isOld(date: Date | undefined, before: number): boolean {
  return date !== undefined && date.getTime() < before;
}

/** Where a page of uploads begins. */
interface UploadsMarker {
  readonly KeyMarker?: string | undefined;
  readonly UploadIdMarker?: string | undefined;
}

async function abortUploads(bucket: S3Bucket, before: number): Promise<void> {
  let marker: UploadsMarker | undefined = {};
  while (marker !== undefined) {
    marker = await abortPage(bucket, before, marker);
  }
}

/** Answers where the next page begins; undefined after the last. */
async function abortPage(bucket: S3Bucket, before: number, marker: UploadsMarker): Promise<UploadsMarker | undefined> {
  const input = { Bucket: bucket.name, Prefix: bucket.prefix, ...marker };
  const page = await bucket.send("Listing uploads", () => bucket.client.send(new ListMultipartUploadsCommand(input)));
  for (const { Key = "", UploadId, Initiated } of page.Uploads ?? []) {
    const name = Key.slice(bucket.prefix.length);
    if (isOld(Initiated, before) && Key.startsWith(bucket.prefix) && (isFileName(name) || name.startsWith(probePrefix))) {
      const address = { Bucket: bucket.name, Key, UploadId };
      await bucket.send(`Throwing away an upload of ${name}`, () => bucket.client.send(new AbortMultipartUploadCommand(address)));
    }
  }
  const isLast = page.IsTruncated !== true || page.NextKeyMarker === undefined || page.NextKeyMarker === marker.KeyMarker;
  return isLast ? undefined : { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
}

/** One page is enough: each opening makes one probe, and each killed one leaves one. */
async function removeProbes(bucket: S3Bucket, before: number): Promise<void> {
  const input = { Bucket: bucket.name, Prefix: bucket.prefix + probePrefix };
  const { Contents = [] } = await bucket.send("Listing probes", () => bucket.client.send(new ListObjectsV2Command(input)));
  for (const { Key, LastModified } of Contents) {
    if (isOld(LastModified, before)) {
      await bucket.send("Removing a probe", () => bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key })));
    }
  }
}
