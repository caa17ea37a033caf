import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { StoreError } from "../../store-error.ts";
import type { KeptFile } from "../backend.ts";
import { isFileName } from "../file-name.ts";
import type { S3Bucket } from "./s3-bucket.ts";

/**
 * Lists the files whose names start with `prefix`. Objects whose names no file can have are passed over.
 *
 * Memory  a page of at most 1000 entries
 * Throws  store.io
 */
export async function* listObjects(bucket: S3Bucket, prefix: string): AsyncGenerator<KeptFile, void, undefined> {
  let ContinuationToken: string | undefined;
  do {
    const input = { Bucket: bucket.name, Prefix: bucket.prefix + prefix, ContinuationToken };
    const page = await bucket.send(`Listing ${prefix}…`, () => bucket.client.send(new ListObjectsV2Command(input)));
    for (const { Key = "", Size = 0 } of page.Contents ?? []) {
      const name = Key.slice(bucket.prefix.length);
      if (Key.startsWith(bucket.prefix + prefix) && isFileName(name)) {
        yield { name, sizeBytes: Size };
      }
    }
    if (page.IsTruncated === true && (page.NextContinuationToken ?? ContinuationToken) === ContinuationToken) {
      throw new StoreError("store.io", `${bucket.place} says that a listing goes on, but not where. It cannot keep a store.`);
    }
    ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
}
