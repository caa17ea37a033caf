import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { backendContract } from "@tintype/store/backend/backend.contract.ts";
import type { BackendPlace } from "@tintype/store/backend/backend.contract.ts";
import { openS3Backend } from "@tintype/store/backend/s3/open-s3-backend.ts";
import type { S3Options } from "@tintype/store/backend/s3/s3-options.ts";
import { rgwMissing, startRgw } from "./s3-server/rgw.ts";
import type { Rgw } from "./s3-server/rgw.ts";

const region = "us-east-1";
let rgw: Rgw;
let client: S3Client;
let buckets = 0;

const optionsOf = (bucket: string, more: Partial<S3Options> = {}): S3Options => ({
  endpoint: rgw.endpoint,
  region,
  bucket,
  prefix: "tintype/",
  credentials: rgw.credentials,
  ...more,
});

/** A new bucket, which must hold nothing but what the backend lists when it goes. */
async function newBucket(): Promise<BackendPlace> {
  buckets += 1;
  const Bucket = `tintype-${buckets}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return {
    open: () => openS3Backend(optionsOf(Bucket)),
    [Symbol.asyncDispose]: async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      assert.deepEqual(Uploads, [], "no upload may be left");
      let left: (string | undefined)[];
      do {
        left = ((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);
        await Promise.all(left.map((Key) => client.send(new DeleteObjectCommand({ Bucket, Key }))));
      } while (left.length > 0);
      await client.send(new DeleteBucketCommand({ Bucket }));
    },
  };
}

describe("Ceph RADOS Gateway", { skip: await rgwMissing() }, () => {
  before(async () => {
    rgw = await startRgw();
    client = new S3Client({ endpoint: rgw.endpoint, region, credentials: rgw.credentials, forcePathStyle: true });
  });
  after(async () => {
    client.destroy();
    await rgw[Symbol.asyncDispose]();
  });

  backendContract("S3 at Ceph", newBucket);

  it("says what to do when the bucket, the key or the secret is wrong", async () => {
    await using place = await newBucket();
    await using _ = await place.open();
    const bucket = `tintype-${buckets}`;
    const { accessKeyId, secretAccessKey } = rgw.credentials;
    for (const [options, message] of [
      [optionsOf("tintype-none"), /does not exist\. Create it/],
      [optionsOf(bucket, { credentials: { accessKeyId: "nobody", secretAccessKey } }), /access key or its secret is wrong/],
      [optionsOf(bucket, { credentials: { accessKeyId, secretAccessKey: "wrong" } }), /access key or its secret is wrong/],
    ] as const) {
      await assert.rejects(openS3Backend(options), message);
    }
  });
});
