import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CreateBucketCommand, ListObjectsCommand, ListObjectsV2Command, PutObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { ObsSetup, s3Error } from "./obs-setup.ts";

const Bucket = "listing";
const keys = ["a/1", "a/2", "b", "b c+&<>", "c/ü/1", "c/ü/2", "d", "\u{1f4be}"];

let obs: ObsSetup;
let s3: S3Client;
before(async () => {
  obs = await ObsSetup.start();
  s3 = obs.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of keys) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  }
});
after(() => obs[Symbol.asyncDispose]());

test("all keys come in pages, each once", async () => {
  const listed: (string | undefined)[] = [];
  let pages = 0;
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket })) {
    pages++;
    listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
    assert.equal(page.KeyCount, page.Contents?.length);
  }
  assert.deepEqual(listed, keys);
  assert.equal(pages, 3);
});

test("a delimiter groups keys, and groups count as entries of a page", async () => {
  const first = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 4 }));
  const second = await s3.send(
    new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 4, ContinuationToken: first.NextContinuationToken }),
  );
  const namesOf = (page: typeof first) => [page.Contents?.map(({ Key }) => Key), page.CommonPrefixes?.map(({ Prefix }) => Prefix)];
  assert.deepEqual(namesOf(first), [
    ["b", "b c+&<>"],
    ["a/", "c/"],
  ]);
  assert.deepEqual(namesOf(second), [["d", "\u{1f4be}"], undefined]);
  assert.deepEqual([first.IsTruncated, second.IsTruncated], [true, false]);
});

test("a prefix is looked into, and the listing may begin behind a key", async () => {
  const inside = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "c/", Delimiter: "/" }));
  assert.deepEqual(inside.CommonPrefixes, [{ Prefix: "c/ü/" }]);
  const behind = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: "c/ü/1" }));
  assert.deepEqual(
    behind.Contents?.map(({ Key }) => Key),
    keys.slice(5),
  );
});

test("names are percent-encoded for whoever asks", async () => {
  const { Contents, EncodingType } = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));
  assert.equal(EncodingType, "url");
  assert.deepEqual(
    Contents?.map(({ Key }) => decodeURIComponent(Key ?? "")),
    keys,
  );
  assert.equal(Contents?.[3]?.Key, "b%20c%2B%26%3C%3E");
});

test("an entry tells size, ETag, time, class, and the owner for whoever asks", async () => {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1, FetchOwner: true }));
  const [entry] = Contents ?? [];
  assert.deepEqual([entry?.Size, entry?.StorageClass, entry?.Owner?.ID], [3, "STANDARD", "p1"]);
  assert.match(entry?.ETag ?? "", /^"[0-9a-f]{32}"$/);
  assert.ok(entry?.LastModified instanceof Date);
});

test("the first version goes on behind a key or a common prefix", async () => {
  const listed: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const page = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 1, ...(Marker !== undefined && { Marker }) }));
    listed.push(...(page.Contents ?? []).map(({ Key }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  assert.deepEqual(listed, ["a/", "b", "b c+&<>", "c/", "d", "\u{1f4be}"]);
});

test("questions that make no sense are refused", async () => {
  await assert.rejects(
    s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: "not one of ours!" })),
    s3Error("InvalidArgument", 400),
  );
  await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: -1 })), s3Error("InvalidArgument", 400));
  await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket: "missing" })), s3Error("NoSuchBucket", 404));
});
