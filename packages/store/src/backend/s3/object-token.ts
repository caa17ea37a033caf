import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { StoreError } from "../../store-error.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { hasStatus } from "./s3-failure.ts";

/** Key in an object's metadata under which the put that made it left its random token. */
const tokenKey = "tintype-put";

/** What `headObject` tells of an object. */
export interface ObjectHead {
  readonly sizeBytes: number;
  /** Of the put that made it; undefined for objects that others made. */
  readonly token: string | undefined;
}

/** The metadata of an object that a put with this token makes. When an answer is lost, the token tells whose object is there. */
export function tokenMetadata(token: string): { readonly Metadata: Record<string, string> } {
  return { Metadata: { [tokenKey]: token } };
}

/** Length and token of an object; undefined when there is none. */
export async function headObject(bucket: S3Bucket, name: string): Promise<ObjectHead | undefined> {
  return await bucket.send(`Looking for ${name}`, async () => {
    try {
      const { ContentLength, Metadata } = await bucket.client.send(new HeadObjectCommand(bucket.at(name)));
      if (ContentLength === undefined) {
        throw new StoreError("store.io", `${bucket.place} does not tell the length of ${name}, so it cannot keep a store.`);
      }
      return { sizeBytes: ContentLength, token: Metadata?.[tokenKey] };
    } catch (error) {
      if (hasStatus(error, 404)) {
        return undefined;
      }
      throw error;
    }
  });
}
