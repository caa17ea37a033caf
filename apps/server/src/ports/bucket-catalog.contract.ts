import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { DuplicateError } from "./catalog.ts";
import type { BucketCatalog, BucketRecord, ObjectRecord, UploadPartRecord, UploadRecord } from "./bucket-catalog.ts";
import type { ProjectId } from "./ids.ts";
import type { KeyId } from "./key-service.ts";

const mine = "p-mine" as ProjectId;
const blob = (digit: string) => digit.repeat(32) as BlobId;

const bucket: BucketRecord = { name: "bucket", projectId: mine, storageClass: "WARM", createdAt: 1_700_000_000_123 };

function anObject(fields: Partial<ObjectRecord> = {}): ObjectRecord {
  return {
    bucket: "bucket",
    key: "key",
    lengthBytes: 5 * 2 ** 40,
    etag: "0123-2",
    contentType: "text/plain",
    storageClass: "COLD",
    metadata: { "x-amz-meta-ü": "wert", __proto: "x" },
    parts: [
      { blobId: blob("a"), lengthBytes: 5 * 2 ** 40 - 1 },
      { blobId: blob("b"), lengthBytes: 1 },
    ],
    modifiedAt: 1_700_000_000_456,
    encryption: { method: "kms", keyId: "k" as KeyId },
    ...fields,
  };
}

function anUpload(fields: Partial<UploadRecord> = {}): UploadRecord {
  return {
    uploadId: "u1",
    bucket: "bucket",
    key: "key",
    contentType: "text/plain",
    storageClass: "STANDARD",
    metadata: { expires: "never" },
    encryption: { method: "store" },
    createdAt: 1_700_000_000_789,
    ...fields,
  };
}

function aPart(partNumber: number, fields: Partial<UploadPartRecord> = {}): UploadPartRecord {
  return { uploadId: "u1", partNumber, part: { blobId: blob("c"), lengthBytes: 5 * 2 ** 30 }, etag: "e", modifiedAt: 1, ...fields };
}

/** What every bucket catalog does. `open` answers an empty one. */
export function bucketCatalogContract(open: () => Promise<BucketCatalog>): void {
  bucketsContract(open);
  objectsContract(open);
  uploadsContract(open);
}

/** A catalog with the bucket in it. */
async function openWithBucket(open: () => Promise<BucketCatalog>): Promise<BucketCatalog> {
  const catalog = await open();
  await catalog.insertBucket(bucket);
  return catalog;
}

function bucketsContract(open: () => Promise<BucketCatalog>): void {
  test("a bucket comes back as it went in, and is gone when it is deleted", async () => {
    const catalog = await openWithBucket(open);
    assert.deepEqual(await catalog.bucket("bucket"), bucket);
    assert.equal(await catalog.bucket("Bucket"), undefined);
    await catalog.deleteBucket("bucket");
    assert.equal(await catalog.bucket("bucket"), undefined);
  });

  test("a bucket's name is taken in the whole service", async () => {
    const catalog = await openWithBucket(open);
    await assert.rejects(catalog.insertBucket({ ...bucket, projectId: "p-other" as ProjectId }), DuplicateError);
    assert.equal((await catalog.bucket("bucket"))?.projectId, mine);
  });

  test("a project's buckets are listed by name, and no others", async () => {
    const catalog = await openWithBucket(open);
    await catalog.insertBucket({ ...bucket, name: "another" });
    await catalog.insertBucket({ ...bucket, name: "theirs", projectId: "p-other" as ProjectId });
    assert.deepEqual(
      (await catalog.buckets(mine)).map(({ name }) => name),
      ["another", "bucket"],
    );
  });

  test("a bucket is in use while it holds an object or an unfinished upload", async () => {
    const catalog = await openWithBucket(open);
    assert.equal(await catalog.bucketInUse("bucket"), false);
    await catalog.putObject(anObject());
    assert.equal(await catalog.bucketInUse("bucket"), true);
    await catalog.deleteObject("bucket", "key");
    await catalog.insertUpload(anUpload());
    assert.equal(await catalog.bucketInUse("bucket"), true);
    await catalog.deleteUpload("u1");
    assert.equal(await catalog.bucketInUse("bucket"), false);
  });
}

function objectsContract(open: () => Promise<BucketCatalog>): void {
  test("an object comes back as it went in", async () => {
    const catalog = await openWithBucket(open);
    assert.equal(await catalog.putObject(anObject()), undefined);
    assert.deepEqual(await catalog.object("bucket", "key"), anObject());
    assert.equal(await catalog.object("bucket", "KEY"), undefined);
  });

  test("replacing and deleting an object answer what was there", async () => {
    const catalog = await openWithBucket(open);
    await catalog.putObject(anObject());
    const next = anObject({ parts: [], lengthBytes: 0, etag: "other" });
    assert.deepEqual(await catalog.putObject(next), anObject());
    assert.deepEqual(await catalog.deleteObject("bucket", "key"), next);
    assert.equal(await catalog.deleteObject("bucket", "key"), undefined);
  });

  test("keys are listed in the order of their UTF-8 bytes, which is not that of UTF-16", async () => {
    const catalog = await openWithBucket(open);
    const keys = ["a", "a\u0001", "aé", "a\ufffd", "a\u{1f4be}", "b", "B", " ", "a/b", "a%b_"];
    for (const key of keys) {
      await catalog.putObject(anObject({ key }));
    }
    const listed = await catalog.objects("bucket", { prefix: "", after: "", limit: 100 });
    assert.deepEqual(
      listed.map(({ key }) => key),
      keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
    );
  });

  test("a page holds keys of the prefix behind a key, at most as many as asked for, and no parts", async () => {
    const catalog = await openWithBucket(open);
    for (const key of ["p", "p%", "p_", "pa", "pb", "pc", "q", "P"]) {
      await catalog.putObject(anObject({ key }));
    }
    const page = async (prefix: string, after: string, limit: number) =>
      (await catalog.objects("bucket", { prefix, after, limit })).map(({ key }) => key);
    assert.deepEqual(await page("p", "", 100), ["p", "p%", "p_", "pa", "pb", "pc"]);
    assert.deepEqual(await page("p_", "", 100), ["p_"]);
    assert.deepEqual(await page("p", "pa", 1), ["pb"]);
    assert.deepEqual(await page("p", "zz", 1), []);
    assert.deepEqual(await page("x", "", 1), []);
    const [first] = await catalog.objects("bucket", { prefix: "pa", after: "", limit: 1 });
    const { contentType: _contentType, metadata: _metadata, parts: _parts, encryption: _encryption, ...summary } = anObject({ key: "pa" });
    assert.deepEqual(first, summary);
  });
}

function uploadsContract(open: () => Promise<BucketCatalog>): void {
  test("an upload comes back as it went in", async () => {
    const catalog = await openWithBucket(open);
    await catalog.insertUpload(anUpload());
    assert.deepEqual(await catalog.upload("u1"), anUpload());
    assert.equal(await catalog.upload("u2"), undefined);
  });

  test("parts are listed by number; replacing one answers the one that was there", async () => {
    const catalog = await openWithBucket(open);
    await catalog.insertUpload(anUpload());
    for (const partNumber of [10, 2, 10_000]) {
      assert.equal(await catalog.putPart(aPart(partNumber)), undefined);
    }
    assert.deepEqual(await catalog.putPart(aPart(2, { etag: "f" })), aPart(2));
    assert.deepEqual(await catalog.parts("u1"), [aPart(2, { etag: "f" }), aPart(10), aPart(10_000)]);
  });

  test("deleting an upload deletes its parts, and those of no other", async () => {
    const catalog = await openWithBucket(open);
    await catalog.insertUpload(anUpload());
    await catalog.insertUpload(anUpload({ uploadId: "u2" }));
    await catalog.putPart(aPart(1));
    await catalog.putPart(aPart(1, { uploadId: "u2" }));
    await catalog.deleteUpload("u1");
    assert.deepEqual(await catalog.parts("u1"), []);
    assert.deepEqual(await catalog.parts("u2"), [aPart(1, { uploadId: "u2" })]);
  });

  test("uploads are listed by key and id, behind a marker", async () => {
    const catalog = await openWithBucket(open);
    for (const [key, uploadId] of [
      ["b", "u3"],
      ["a", "u2"],
      ["a", "u1"],
      ["c/d", "u4"],
    ] as const) {
      await catalog.insertUpload(anUpload({ key, uploadId }));
    }
    const page = async (prefix: string, after: { key: string; uploadId: string } | undefined, limit: number) =>
      (await catalog.uploads("bucket", { prefix, after, limit })).map(({ uploadId }) => uploadId);
    assert.deepEqual(await page("", undefined, 100), ["u1", "u2", "u3", "u4"]);
    assert.deepEqual(await page("", undefined, 2), ["u1", "u2"]);
    assert.deepEqual(await page("", { key: "a", uploadId: "u1" }, 100), ["u2", "u3", "u4"]);
    assert.deepEqual(await page("c", undefined, 100), ["u4"]);
  });
}
