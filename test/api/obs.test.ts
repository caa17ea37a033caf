import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { after, before, beforeEach, test } from "node:test";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { ObsSetup, s3Error } from "./obs-setup.ts";

const key = "folder/ä b+c&(1).img";
const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 2654435761) >>> 24));
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

let obs: ObsSetup;
let s3: S3Client;
let bucketNumber = 0;
let Bucket: string;

before(async () => {
  obs = await ObsSetup.start();
  s3 = obs.client();
});
after(() => obs[Symbol.asyncDispose]());
beforeEach(async () => {
  Bucket = `bucket-${++bucketNumber}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const put = (Body: Uint8Array | string = content, more: object = {}) => s3.send(new PutObjectCommand({ Bucket, Key: key, Body, ...more }));
const read = async (more: object = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key: key, ...more }));
  return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
};

test("a bucket is made, found, listed and deleted", async () => {
  const head = await s3.send(new HeadBucketCommand({ Bucket }));
  assert.equal(head.BucketRegion, "local-1");
  const listed = await s3.send(new ListBucketsCommand({}));
  assert.ok(listed.Buckets?.some(({ Name }) => Name === Bucket));
  assert.equal(listed.Owner?.DisplayName, "local-1");
  await s3.send(new DeleteBucketCommand({ Bucket }));
  await assert.rejects(s3.send(new HeadBucketCommand({ Bucket })), s3Error("NotFound", 404));
});

test("a bucket's name is refused when it is taken or not allowed", async () => {
  const stranger = obs.client("stranger");
  await assert.rejects(s3.send(new CreateBucketCommand({ Bucket })), s3Error("BucketAlreadyOwnedByYou", 409));
  await assert.rejects(stranger.send(new CreateBucketCommand({ Bucket })), s3Error("BucketAlreadyExists", 409));
  await assert.rejects(s3.send(new CreateBucketCommand({ Bucket: "Upper_Case" })), s3Error("InvalidBucketName", 400));
});

test("a bucket is made in this region or in none", async () => {
  const make = (LocationConstraint: string) =>
    s3.send(
      new CreateBucketCommand({
        Bucket: `${Bucket}-x`,
        CreateBucketConfiguration: { LocationConstraint: LocationConstraint as "eu-west-1" },
      }),
    );
  await assert.rejects(make("eu-west-1"), s3Error("IllegalLocationConstraintException", 400));
  await make("local-1");
  const location = await s3.send(new GetBucketLocationCommand({ Bucket }));
  assert.equal(location.LocationConstraint, "local-1");
});

test("a bucket that holds something is not deleted", async () => {
  await put();
  await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket })), s3Error("BucketNotEmpty", 409));
});

test("an object comes back byte for byte, with its type and metadata", async () => {
  const stored = await put(content, { ContentType: "image/x", CacheControl: "no-store", Metadata: { origin: "here", umlaut: "ä" } });
  assert.equal(stored.ETag, `"${md5(content)}"`);
  const got = await read();
  assert.deepEqual(got.bytes, content);
  assert.deepEqual([got.ContentType, got.CacheControl, got.ETag], ["image/x", "no-store", stored.ETag]);
  assert.equal(got.Metadata?.["origin"], "here");
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: key }));
  assert.equal(head.ContentLength, content.length);
  assert.equal(head.AcceptRanges, "bytes");
  assert.ok(head.LastModified instanceof Date);
});

test("an empty object is an object", async () => {
  await put("");
  assert.equal((await read()).bytes.length, 0);
});

test("content that is streamed, with its checksum behind it, is stored", async () => {
  const stream = () => Readable.from([content.subarray(0, 1), content.subarray(1, 70_000), content.subarray(70_000)]);
  for (const requestChecksumCalculation of ["WHEN_SUPPORTED", "WHEN_REQUIRED"] as const) {
    const client = obs.client("member", { requestChecksumCalculation, requestStreamBufferSize: 8192 });
    for (const ChecksumAlgorithm of [undefined, "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
      const checksum = ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm };
      await client.send(new PutObjectCommand({ Bucket, Key: key, Body: stream(), ContentLength: content.length, ...checksum }));
      assert.deepEqual((await read()).bytes, content);
    }
  }
});

test("content in one piece is stored with every checksum", async () => {
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
    await put(content, { ChecksumAlgorithm });
    assert.deepEqual((await read()).bytes, content);
  }
});

test("content that does not match its checksum is not stored", async () => {
  await assert.rejects(put(content, { ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" }), s3Error("BadDigest", 400));
  await assert.rejects(put(content, { ChecksumCRC32: "AAAAAA==" }), s3Error("BadDigest", 400));
  await assert.rejects(put(content, { ContentMD5: "nonsense" }), s3Error("InvalidDigest", 400));
  await assert.rejects(read(), s3Error("NoSuchKey", 404));
  assert.equal((await obs.world.leftovers(Bucket)).filter((thing) => thing.startsWith("removal")).length, 0);
});

test("ranges of an object", async () => {
  await put();
  const part = await read({ Range: "bytes=10-19" });
  assert.deepEqual(part.bytes, content.subarray(10, 20));
  assert.equal(part.ContentRange, `bytes 10-19/${content.length}`);
  assert.deepEqual((await read({ Range: "bytes=-7" })).bytes, content.subarray(-7));
  assert.deepEqual((await read({ Range: "bytes=99990-" })).bytes, content.subarray(99_990));
  assert.deepEqual((await read({ Range: "bytes=0-1,5-6" })).bytes, content);
  await assert.rejects(read({ Range: `bytes=${content.length}-` }), s3Error("InvalidRange", 416));
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: key, Range: "bytes=0-4" }));
  assert.deepEqual([head.ContentLength, head.$metadata.httpStatusCode], [5, 206]);
});

test("conditions on a read are kept", async () => {
  const { ETag = "" } = await put();
  await assert.rejects(read({ IfNoneMatch: ETag }), (error: { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.$metadata?.httpStatusCode, 304);
    return true;
  });
  await assert.rejects(read({ IfMatch: '"other"' }), s3Error("PreconditionFailed", 412));
  assert.deepEqual((await read({ IfMatch: ETag })).bytes, content);
});

test("conditions on a write are kept", async () => {
  const { ETag = "" } = await put("one", { IfNoneMatch: "*" });
  await assert.rejects(put("two", { IfNoneMatch: "*" }), s3Error("PreconditionFailed", 412));
  await put("two", { IfMatch: ETag });
  await assert.rejects(put("three", { IfMatch: ETag }), s3Error("PreconditionFailed", 412));
  assert.equal((await read()).bytes.toString(), "two");
});

test("an object that is replaced or deleted leaves no blob", async () => {
  await put("one");
  await put("two");
  assert.equal((await obs.world.leftovers(Bucket)).filter((thing) => thing.startsWith("object")).length, 1);
  const before = obs.world.store.ids.length;
  await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  assert.equal(obs.world.store.ids.length, before - 1);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  await assert.rejects(read(), s3Error("NoSuchKey", 404));
});

test("many objects are deleted at once", async () => {
  const keys = ["a", "b&<>", "c\u0001", "nothing there"];
  for (const Key of keys.slice(0, 3)) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  }
  const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
  assert.equal(deleted.Deleted?.length, 4);
  assert.equal(deleted.Errors, undefined);
  await s3.send(new DeleteBucketCommand({ Bucket }));
});

test("storage classes of both worlds are understood", async () => {
  for (const [StorageClass, s3Name, record] of [
    ["STANDARD_IA", "STANDARD_IA", "WARM"],
    ["WARM", "STANDARD_IA", "WARM"],
    ["COLD", "GLACIER_IR", "COLD"],
    ["GLACIER", "GLACIER_IR", "COLD"],
    ["STANDARD", undefined, "STANDARD"],
  ] as const) {
    await put("x", { StorageClass });
    assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key: key }))).StorageClass, s3Name);
    assert.equal((await obs.world.catalog.buckets.object(Bucket, key))?.storageClass, record);
  }
  await assert.rejects(put("x", { StorageClass: "LUKEWARM" }), s3Error("InvalidStorageClass", 400));
});

test("an object is copied, with its metadata or new ones", async () => {
  await put(content, { Metadata: { a: "b" }, ContentType: "image/x" });
  const CopySource = `/${Bucket}/${encodeURIComponent(key)}`;
  const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
  assert.equal(copied.CopyObjectResult?.ETag, `"${md5(content)}"`);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "copy" }));
  assert.deepEqual([head.Metadata, head.ContentType], [{ a: "b" }, "image/x"]);
  const replaced = { MetadataDirective: "REPLACE", Metadata: { c: "d" } } as const;
  await s3.send(new CopyObjectCommand({ Bucket, Key: key, CopySource, ...replaced }));
  assert.deepEqual((await read()).Metadata, { c: "d" });
  assert.deepEqual((await read()).bytes, content);
  await assert.rejects(s3.send(new CopyObjectCommand({ Bucket, Key: key, CopySource })), s3Error("InvalidRequest", 400));
  const missing = new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/missing` });
  await assert.rejects(s3.send(missing), s3Error("NoSuchKey", 404));
  const mismatch = new CopyObjectCommand({ Bucket, Key: "copy", CopySource, CopySourceIfMatch: '"x"' });
  await assert.rejects(s3.send(mismatch), s3Error("PreconditionFailed", 412));
});

test("what every bucket answers about its settings", async () => {
  assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined);
  const acl = await s3.send(new GetBucketAclCommand({ Bucket }));
  assert.deepEqual([acl.Grants?.[0]?.Permission, acl.Grants?.[0]?.Grantee?.Type], ["FULL_CONTROL", "CanonicalUser"]);
  await assert.rejects(s3.send(new GetBucketPolicyCommand({ Bucket })), s3Error("NoSuchBucketPolicy", 404));
  const versioning = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
  await assert.rejects(s3.send(versioning), s3Error("NotImplemented", 501));
});

test("R-061: an upload that shall be encrypted with a key of the client (SSE-C) is refused, so that no such file is ever imported", async () => {
  const secret = Buffer.alloc(32, 7).toString("base64");
  const encryption = { SSECustomerAlgorithm: "AES256", SSECustomerKey: secret, SSECustomerKeyMD5: md5(Buffer.from(secret, "base64")) };
  await assert.rejects(put("x", encryption), s3Error("NotImplemented", 501));
  await assert.rejects(s3.send(new CreateMultipartUploadCommand({ Bucket, Key: key, ...encryption })), s3Error("NotImplemented", 501));
  await assert.rejects(read(), s3Error("NoSuchKey", 404));
});

test("what would be promised and not kept is refused", async () => {
  await put("kept");
  for (const asked of [
    { ServerSideEncryption: "aws:kms:dsse" },
    { ACL: "public-read" },
    { Tagging: "a=b" },
    { WebsiteRedirectLocation: "/x" },
    { WriteOffsetBytes: 4 },
  ]) {
    await assert.rejects(put("x", asked), s3Error("NotImplemented", 501), JSON.stringify(asked));
  }
  await assert.rejects(s3.send(new PutObjectAclCommand({ Bucket, Key: key, ACL: "private" })), s3Error("NotImplemented", 501));
  assert.equal((await read()).bytes.toString(), "kept");
});

test("ceilings are kept", async () => {
  await assert.rejects(s3.send(new PutObjectCommand({ Bucket, Key: "ü".repeat(513), Body: "" })), s3Error("KeyTooLongError", 400));
  await s3.send(new PutObjectCommand({ Bucket, Key: "ü".repeat(512), Body: "" }));
  await assert.rejects(put("x", { Metadata: { a: "x".repeat(8 * 1024) } }), s3Error("MetadataTooLarge", 400));
  await put("x", { Metadata: { a: "x".repeat(8000) } });
  assert.equal((await read()).Metadata?.["a"]?.length, 8000);
});

test("a full disk is told as such, once, and leaves nothing", async () => {
  const roomBytes = obs.world.store.roomBytes;
  obs.world.store.roomBytes = 10;
  const before = await obs.world.leftovers(Bucket);
  const client = obs.client("member", { maxAttempts: 3 });
  const attempt = client.send(new PutObjectCommand({ Bucket, Key: key, Body: content }));
  await assert.rejects(attempt, (error: Error & { $metadata: { attempts?: number } }) => {
    assert.equal(error.$metadata.attempts, 1);
    return s3Error("InsufficientStorage", 507)(error);
  });
  obs.world.store.roomBytes = roomBytes;
  assert.deepEqual(await obs.world.leftovers(Bucket), before);
});
