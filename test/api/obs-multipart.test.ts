import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import type { CompletedPart, S3Client } from "@aws-sdk/client-s3";
import { ObsSetup, s3Error } from "./obs-setup.ts";

const minPartBytes = 1000;
const Bucket = "uploads";
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes);
const part = (fill: string, length = minPartBytes) => Buffer.alloc(length, fill);

let obs: ObsSetup;
let s3: S3Client;
before(async () => {
  obs = await ObsSetup.start({ minPartBytes, partBytes: 5000 });
  s3 = obs.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
after(() => obs[Symbol.asyncDispose]());

async function begin(Key: string, more: object = {}) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const upload = { Bucket, Key, UploadId };
  return {
    upload,
    send: (PartNumber: number, Body: Uint8Array) => s3.send(new UploadPartCommand({ ...upload, PartNumber, Body })),
    complete: (Parts: CompletedPart[]) => s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
    list: (paging: object = {}) => s3.send(new ListPartsCommand({ ...upload, ...paging })),
  };
}

async function read(Key: string, more: object = {}) {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
}

test("parts sent in any order become one object", async () => {
  const { send, complete } = await begin("whole", { ContentType: "image/x", Metadata: { a: "b" }, StorageClass: "STANDARD_IA" });
  const last = await send(7, part("c", 1));
  const first = await send(2, part("a"));
  const middle = await send(5, part("b", 1500));
  const completed = await complete([
    { PartNumber: 2, ETag: first.ETag },
    { PartNumber: 5, ETag: middle.ETag },
    { PartNumber: 7, ETag: last.ETag },
  ]);
  const digests = Buffer.concat([part("a"), part("b", 1500), part("c", 1)].map((bytes) => md5(bytes).digest()));
  assert.equal(completed.ETag, `"${md5(digests).digest("hex")}-3"`);
  const got = await read("whole");
  assert.deepEqual(got.bytes, Buffer.concat([part("a"), part("b", 1500), part("c", 1)]));
  assert.deepEqual([got.ContentType, got.Metadata, got.StorageClass], ["image/x", { a: "b" }, "STANDARD_IA"]);
  assert.equal((await read("whole", { Range: "bytes=999-1001" })).bytes.toString(), "abb");
});

test("an object can be read in the parts it was uploaded in", async () => {
  const { send, complete } = await begin("in-parts");
  const one = await send(1, part("a"));
  const two = await send(2, part("b", 3));
  await complete([
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: two.ETag },
  ]);
  const got = await read("in-parts", { PartNumber: 2 });
  assert.deepEqual([got.bytes.toString(), got.PartsCount, got.ContentRange], ["bbb", 2, "bytes 1000-1002/1003"]);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "in-parts", PartNumber: 1 }));
  assert.deepEqual([head.ContentLength, head.PartsCount], [1000, 2]);
  await assert.rejects(read("in-parts", { PartNumber: 3 }), s3Error("InvalidPartNumber", 416));
});

test("an upload is resumed by asking which parts have arrived", async () => {
  const { send, list, complete } = await begin("resumed");
  for (const number of [1, 2, 4]) {
    await send(number, part(String(number)));
  }
  const page = await list({ MaxParts: 2 });
  assert.deepEqual(
    page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
    [
      [1, 1000],
      [2, 1000],
    ],
  );
  assert.deepEqual([page.IsTruncated, page.NextPartNumberMarker], [true, "2"]);
  const rest = await list({ PartNumberMarker: page.NextPartNumberMarker });
  assert.deepEqual([rest.IsTruncated, rest.Parts?.length], [false, 1]);
  const third = await send(3, part("3"));
  const parts = [...(page.Parts ?? []), { PartNumber: 3, ETag: third.ETag }, ...(rest.Parts ?? [])];
  await complete(parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })));
  assert.deepEqual((await read("resumed")).bytes, Buffer.concat(["1", "2", "3", "4"].map((fill) => part(fill))));
});

test("a part that is sent again replaces the first, and its blob", async () => {
  const { send, complete } = await begin("replaced");
  const before = obs.world.store.ids.length;
  const old = await send(1, part("a"));
  const fresh = await send(1, part("b"));
  assert.equal(obs.world.store.ids.length, before + 1);
  await assert.rejects(complete([{ PartNumber: 1, ETag: old.ETag }]), s3Error("InvalidPart", 400));
  await complete([{ PartNumber: 1, ETag: fresh.ETag }]);
  assert.deepEqual((await read("replaced")).bytes, part("b"));
});

test("parts that are not named are dropped with their blobs", async () => {
  const { send, complete, list } = await begin("unnamed");
  const before = obs.world.store.ids.length;
  const one = await send(1, part("a"));
  await send(2, part("b"));
  await complete([{ PartNumber: 1, ETag: one.ETag }]);
  assert.equal(obs.world.store.ids.length, before + 1);
  await assert.rejects(list(), s3Error("NoSuchUpload", 404));
});

test("an upload that is aborted leaves nothing, also when a part arrives afterwards", async () => {
  const before = await obs.world.leftovers(Bucket);
  const { upload, send, complete } = await begin("aborted");
  const one = await send(1, part("a"));
  await s3.send(new AbortMultipartUploadCommand(upload));
  assert.deepEqual(await obs.world.leftovers(Bucket), before);
  await assert.rejects(send(2, part("b")), s3Error("NoSuchUpload", 404));
  await assert.rejects(complete([{ PartNumber: 1, ETag: one.ETag }]), s3Error("NoSuchUpload", 404));
  await assert.rejects(s3.send(new AbortMultipartUploadCommand(upload)), s3Error("NoSuchUpload", 404));
  assert.deepEqual(await obs.world.leftovers(Bucket), before);
});

test("what cannot be completed is refused, and can be mended", async () => {
  const { send, complete } = await begin("mended");
  const small = await send(1, part("a", 999));
  const two = await send(2, part("b"));
  const parts = [
    { PartNumber: 1, ETag: small.ETag },
    { PartNumber: 2, ETag: two.ETag },
  ];
  await assert.rejects(complete(parts), s3Error("EntityTooSmall", 400));
  await assert.rejects(complete(parts.toReversed()), s3Error("InvalidPartOrder", 400));
  await assert.rejects(complete([]), s3Error("MalformedXML", 400));
  await assert.rejects(complete([{ PartNumber: 3, ETag: two.ETag }]), s3Error("InvalidPart", 400));
  await assert.rejects(send(0, part("a")), s3Error("InvalidArgument", 400));
  await assert.rejects(send(10_001, part("a")), s3Error("InvalidArgument", 400));
  await assert.rejects(send(3, part("a", 5001)), s3Error("EntityTooLarge", 400));
  const mended = await send(1, part("a"));
  await complete([{ PartNumber: 1, ETag: mended.ETag }, ...parts.slice(1)]);
});

test("a checksum of the whole object, which nobody reads at once, is refused rather than passed over", async () => {
  const { upload, send } = await begin("checked");
  const one = await send(1, part("a"));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: one.ETag }] };
  const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, ChecksumCRC32: "AAAAAA==" });
  await assert.rejects(s3.send(command), s3Error("NotImplemented", 501));
  await s3.send(new AbortMultipartUploadCommand(upload));
});

test("ranges of objects are copied as parts", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: Buffer.concat([part("a"), part("b")]) }));
  const { upload, complete } = await begin("from-parts");
  const copy = (PartNumber: number, CopySourceRange?: string) =>
    s3.send(
      new UploadPartCopyCommand({ ...upload, PartNumber, CopySource: `${Bucket}/source`, ...(CopySourceRange && { CopySourceRange }) }),
    );
  const one = await copy(1, "bytes=500-1499");
  const two = await copy(2);
  await assert.rejects(copy(3, "500-1499"), s3Error("InvalidArgument", 400));
  await complete([
    { PartNumber: 1, ETag: one.CopyPartResult?.ETag },
    { PartNumber: 2, ETag: two.CopyPartResult?.ETag },
  ]);
  assert.deepEqual((await read("from-parts")).bytes, Buffer.concat([part("a", 500), part("b", 500), part("a"), part("b")]));
});

test("unfinished uploads are listed in pages, and keep their bucket from being deleted", async () => {
  const bucket = "unfinished";
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const ids: (string | undefined)[] = [];
  for (const Key of ["a", "a", "b/ü", "c"]) {
    ids.push((await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))).UploadId);
  }
  const listed: string[] = [];
  let marker: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, MaxUploads: 1, ...marker }));
    listed.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${ids.indexOf(UploadId) >= 0}`));
    if (page.IsTruncated !== true) {
      break;
    }
    marker = { KeyMarker: page.NextKeyMarker ?? "", UploadIdMarker: page.NextUploadIdMarker ?? "" };
  }
  assert.deepEqual(listed, ["a true", "a true", "b/ü true", "c true"]);
  await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket: bucket })), s3Error("BucketNotEmpty", 409));
});

test("an upload is only found where it was begun", async () => {
  const { upload } = await begin("mine");
  for (const other of [
    { ...upload, Key: "other" },
    { ...upload, Bucket: "unfinished" },
    { ...upload, UploadId: "x" },
  ]) {
    await assert.rejects(s3.send(new ListPartsCommand(other)), s3Error("NoSuchUpload", 404));
  }
});
