import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ObsWorld } from "../../apps/server/src/testing/obs-world.ts";

let world: ObsWorld;
let s3: S3Client;
before(async () => {
  world = await (await ObsWorld.open()).start();
  const { access, secret } = world.user("member");
  s3 = new S3Client({ endpoint: world.endpoint, region: "local-1", forcePathStyle: true, credentials: { accessKeyId: access, secretAccessKey: secret } });
});
after(async () => {
  s3.destroy();
  await world[Symbol.asyncDispose]();
});

test("smoke", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "first" }));
  await s3.send(new HeadBucketCommand({ Bucket: "first" }));
  console.log(await s3.send(new ListBucketsCommand({})));
  console.log(await s3.send(new PutObjectCommand({ Bucket: "first", Key: "a b/ü+&.txt", Body: "hello", Metadata: { x: "y" } })));
  const got = await s3.send(new GetObjectCommand({ Bucket: "first", Key: "a b/ü+&.txt" }));
  console.log(await got.Body?.transformToString(), got.Metadata);
  console.log(await s3.send(new HeadObjectCommand({ Bucket: "first", Key: "a b/ü+&.txt" })));
  await s3.send(new DeleteObjectCommand({ Bucket: "first", Key: "a b/ü+&.txt" }));
  await s3.send(new DeleteBucketCommand({ Bucket: "first" }));
  console.log(world.errors);
});
