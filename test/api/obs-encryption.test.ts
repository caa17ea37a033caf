import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { defaultObjectKeyAlias } from "@tintype/server/buckets/object-keys.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import type { KeyId } from "@tintype/server/ports/key-service.ts";
import { ObsSetup, s3Error } from "./obs-setup.ts";

const Bucket = "sealed-files";
const kms = { ServerSideEncryption: "aws:kms" } as const;
const content = randomBytes(100_000);

let obs: ObsSetup;
let s3: S3Client;
let keyId: KeyId;
let keyNumber = 0;

before(async () => {
  obs = await ObsSetup.start();
  s3 = obs.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  keyId = await newKey();
});
after(() => obs[Symbol.asyncDispose]());

async function newKey(projectId = "p1"): Promise<KeyId> {
  const key = {
    projectId: projectId as ProjectId,
    alias: `key-${keyNumber++}`,
    description: "",
    enterpriseProjectId: "0",
    isDefault: false,
  };
  return (await obs.world.services.keys.createKey(key, { mostInProject: 100 })).id;
}

const put = (Key: string, more: object, Body: Uint8Array = content) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key }));

async function read(Key: string, client = s3): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** The ids of the data keys that an object's blobs are sealed by. */
async function dataKeysOf(key: string): Promise<readonly (string | undefined)[]> {
  const object = await obs.world.catalog.buckets.object(Bucket, key);
  const keys: (string | undefined)[] = [];
  for (const { blobId } of object?.parts ?? []) {
    await using blob = await obs.world.store.open(blobId);
    keys.push(blob.keyId);
  }
  return keys;
}

test("R-061: an object that is put with SSE-KMS is sealed by a data key of its own, reads back, and tells its key", async () => {
  const answer = await put("mine", { ...kms, SSEKMSKeyId: keyId });
  assert.deepEqual([answer.ServerSideEncryption, answer.SSEKMSKeyId], ["aws:kms", keyId]);
  const told = await head("mine");
  assert.deepEqual([told.ServerSideEncryption, told.SSEKMSKeyId, told.ContentLength], ["aws:kms", keyId, content.length]);
  assert.ok((await read("mine")).equals(content));
  const [dataKey] = await dataKeysOf("mine");
  assert.match(dataKey ?? "", /^[0-9a-f]{32}$/);
  await put("other", { ...kms, SSEKMSKeyId: keyId });
  assert.notDeepEqual(await dataKeysOf("other"), [dataKey]);
  await put("plain", {});
  assert.deepEqual(await dataKeysOf("plain"), [undefined]);
  assert.equal((await head("plain")).ServerSideEncryption, undefined);
});

test("R-061: a key can be named by its alias, and the project's default one is made when none is named", async () => {
  await put("by-alias", { ...kms, SSEKMSKeyId: "alias/key-0" });
  assert.equal((await head("by-alias")).SSEKMSKeyId, keyId);
  await put("by-default", kms);
  await put("by-default-again", kms);
  const made = (await obs.world.services.keys.listKeys("p1" as ProjectId)).filter(({ alias }) => alias === defaultObjectKeyAlias);
  assert.deepEqual(
    made.map(({ isDefault, id }) => [isDefault, id]),
    [[true, (await head("by-default")).SSEKMSKeyId]],
  );
});

test("R-061: each part of a multipart upload is sealed, also a part that is copied", async () => {
  await put("source", {});
  const created = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts", ...kms, SSEKMSKeyId: keyId }));
  assert.deepEqual([created.ServerSideEncryption, created.SSEKMSKeyId], ["aws:kms", keyId]);
  const upload = { Bucket, Key: "parts", UploadId: created.UploadId };
  const first = randomBytes(5 * 1024 * 1024);
  const one = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: first }));
  const two = await s3.send(new UploadPartCopyCommand({ ...upload, PartNumber: 2, CopySource: `${Bucket}/source` }));
  const Parts = [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: two.CopyPartResult?.ETag },
  ];
  const made = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  assert.deepEqual([made.ServerSideEncryption, made.SSEKMSKeyId], ["aws:kms", keyId]);
  assert.ok((await read("parts")).equals(Buffer.concat([first, content])));
  assert.equal((await head("parts")).SSEKMSKeyId, keyId);
  const dataKeys = await dataKeysOf("parts");
  assert.equal(new Set(dataKeys).size, 2);
  assert.ok(!dataKeys.includes(undefined));
});

test("R-061: a copy is encrypted as its own headers say, and an object is encrypted by copying it onto itself", async () => {
  await put("original", { ...kms, SSEKMSKeyId: keyId });
  const CopySource = `${Bucket}/original`;
  const other = await newKey();
  const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource, ...kms, SSEKMSKeyId: other }));
  assert.equal(copied.SSEKMSKeyId, other);
  assert.ok((await read("copy")).equals(content));
  await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
  assert.deepEqual([(await head("copy")).ServerSideEncryption, await dataKeysOf("copy")], [undefined, [undefined]]);
  await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/copy`, ...kms, SSEKMSKeyId: other }));
  assert.equal((await head("copy")).SSEKMSKeyId, other);
  assert.ok((await read("copy")).equals(content));
});

test("R-061: while the key is disabled nothing is read, written or copied with it, and S3's words say why", async () => {
  const key = await newKey();
  const { keys } = obs.world.services;
  await put("locked", { ...kms, SSEKMSKeyId: key });
  const before = await obs.world.leftovers(Bucket);
  await keys.disable(key);
  const disabled = s3Error("KMS.DisabledException", 400);
  await assert.rejects(read("locked"), disabled);
  await assert.rejects(put("locked-2", { ...kms, SSEKMSKeyId: key }), disabled);
  await assert.rejects(s3.send(new CopyObjectCommand({ Bucket, Key: "x", CopySource: `${Bucket}/locked` })), disabled);
  await assert.rejects(s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "x", ...kms, SSEKMSKeyId: key })), disabled);
  assert.equal((await head("locked")).SSEKMSKeyId, key, "what is known of the object is told all the same");
  assert.deepEqual(await obs.world.leftovers(Bucket), before);
  await keys.scheduleDeletion(key, 7);
  await assert.rejects(read("locked"), s3Error("KMS.KMSInvalidStateException", 400));
  await keys.cancelDeletion(key);
  await keys.enable(key);
  assert.ok((await read("locked")).equals(content));
});

test("R-061: keys of other projects, and such that there are not, are not found", async () => {
  for (const key of [await newKey("p2"), "no-key", "alias/none", "arn:aws:kms:x:1:key/y"]) {
    await assert.rejects(put("x", { ...kms, SSEKMSKeyId: key }), s3Error("KMS.NotFoundException", 400), key);
  }
});

test("R-061: who may read objects and not use keys reads no encrypted one", async () => {
  await put("secret", { ...kms, SSEKMSKeyId: keyId });
  await put("open", {});
  const reader = obs.client("reader");
  assert.ok((await read("open", reader)).equals(content));
  await assert.rejects(read("secret", reader), s3Error("AccessDenied", 403));
});

test("R-061: headers that make no sense together, or ask for another kind of encryption, are refused", async () => {
  await assert.rejects(put("x", { SSEKMSKeyId: keyId }), s3Error("InvalidArgument", 400));
  await assert.rejects(put("x", { ServerSideEncryption: "rot13" }), s3Error("InvalidArgument", 400));
  await assert.rejects(put("x", { ServerSideEncryption: "AES256", SSEKMSKeyId: keyId }), s3Error("InvalidArgument", 400));
  await assert.rejects(put("x", { ServerSideEncryption: "aws:kms:dsse" }), s3Error("NotImplemented", 501));
  await assert.rejects(put("x", { ...kms, SSEKMSEncryptionContext: "e30=" }), s3Error("NotImplemented", 501));
  await assert.rejects(put("x", { ...kms, BucketKeyEnabled: true }), s3Error("NotImplemented", 501));
  await put("x", { ...kms, BucketKeyEnabled: false });
});

test("R-061: SSE-S3 is taken where the store encrypts everything, and refused where it does not", async () => {
  await assert.rejects(put("aes", { ServerSideEncryption: "AES256" }), s3Error("NotImplemented", 501));
  assert.deepEqual(obs.world.errors, [], "what a client wished for in vain is no error of ours");
  obs.world.services.sealsEverything = true;
  assert.equal((await put("aes", { ServerSideEncryption: "AES256" })).ServerSideEncryption, "AES256");
  obs.world.services.sealsEverything = false;
  const told = await head("aes");
  assert.deepEqual([told.ServerSideEncryption, told.SSEKMSKeyId], ["AES256", undefined]);
});

test("R-061: clients of OBS ask and are told in their own words", async () => {
  const token = await obs.world.token("member");
  const url = `${obs.world.endpoint}/${Bucket}/obs`;
  const headers = { "x-auth-token": token, "x-obs-server-side-encryption": "kms", "x-obs-server-side-encryption-kms-key-id": keyId };
  const answer = await fetch(url, { method: "PUT", body: content, headers });
  assert.equal(answer.status, 200, await answer.text());
  assert.equal((await head("obs")).SSEKMSKeyId, keyId);
  const told = await fetch(url, { method: "HEAD", headers: { "x-auth-token": token } });
  assert.deepEqual(
    ["x-obs-server-side-encryption", "x-obs-server-side-encryption-kms-key-id"].map((name) => told.headers.get(name)),
    ["kms", keyId],
  );
});
