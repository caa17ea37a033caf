import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { parseObsRequest } from "../../apps/server/src/http/obs/obs-request.ts";
import { formatAmzDate } from "../../apps/server/src/http/obs/sigv4/amz-date.ts";
import { canonicalRequest } from "../../apps/server/src/http/obs/sigv4/canonical-request.ts";
import { sha256Hex, sign, signingKey } from "../../apps/server/src/http/obs/sigv4/signature.ts";
import { ObsSetup, s3Error } from "./obs-setup.ts";

const Bucket = "secured";
const Key = "file";

let obs: ObsSetup;
let s3: S3Client;
/** Signs URLs without the checksum of a content that it does not know. */
let signer: S3Client;
before(async () => {
  obs = await ObsSetup.start();
  s3 = obs.client();
  signer = obs.client("member", { requestChecksumCalculation: "WHEN_REQUIRED" });
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "content" }));
});
after(() => obs[Symbol.asyncDispose]());

const get = new GetObjectCommand({ Bucket, Key });
const url = (path: string) => `${obs.world.endpoint}${path}`;

/** Status and S3 code of an answer. */
async function outcome(answer: Response): Promise<readonly [number, string | undefined]> {
  return [answer.status, /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1]];
}

test("a wrong secret and an unknown key are told apart", async () => {
  await assert.rejects(obs.client("member", { secret: "wrong" }).send(get), s3Error("SignatureDoesNotMatch", 403));
  const unknown = obs.client("member", { credentials: { accessKeyId: "nobody", secretAccessKey: "x" } });
  await assert.rejects(unknown.send(get), s3Error("InvalidAccessKeyId", 403));
});

test("any region may be signed for", async () => {
  await obs.client("member", { region: "eu-central-1" }).send(get);
});

test("a clock that is wrong by more than a quarter of an hour is told as such", async () => {
  obs.world.clock.offsetMs = 16 * 60 * 1000;
  // The client would mend its clock by the answer's Date and try again.
  const attempt = fetch(await getSignedUrl(s3, get, { expiresIn: 60 }));
  const { headers } = signByHand("GET", `/${Bucket}/${Key}`, "UNSIGNED-PAYLOAD");
  const answers = [await attempt, await fetch(url(`/${Bucket}/${Key}`), { headers })];
  obs.world.clock.offsetMs = 0;
  assert.deepEqual(await Promise.all(answers.map(outcome)), [
    [403, "AccessDenied"],
    [403, "RequestTimeTooSkewed"],
  ]);
});

/** A request that is signed now, by hand: its headers, and what the chunks of its body are signed with. */
function signByHand(method: string, path: string, payloadHash: string, more: Readonly<Record<string, string>> = {}) {
  const { access, secret } = obs.world.user("member");
  const amzDate = formatAmzDate(Date.now());
  const scope = { access, date: amzDate.slice(0, 8), region: "any", service: "s3" };
  const signed: Record<string, string> = {
    host: new URL(obs.world.endpoint).host,
    "x-amz-content-sha256": payloadHash,
    "x-amz-date": amzDate,
    ...more,
  };
  const signedHeaders = Object.keys(signed).sort();
  const request = parseObsRequest({ method, target: path, rawHeaders: Object.entries(signed).flat() });
  const context = { key: signingKey(secret, scope), amzDate, scope };
  const signature = sign(context, "AWS4-HMAC-SHA256", sha256Hex(canonicalRequest(request, { signedHeaders, payloadHash })));
  const credential = `${access}/${amzDate.slice(0, 8)}/any/s3/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  const { host: _host, ...headers } = signed;
  return { headers: { ...headers, authorization }, context, signature };
}

test("a body whose chunks are signed is stored, unless one of them was changed", async () => {
  const path = `/${Bucket}/chunks`;
  const send = async (change: (body: string) => string) => {
    const more = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "10" };
    const { headers, context, signature } = signByHand("PUT", path, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", more);
    let previous = signature;
    const chunks = ["hello", "world", ""].map((chunk) => {
      previous = sign(context, "AWS4-HMAC-SHA256-PAYLOAD", previous, sha256Hex(""), sha256Hex(chunk));
      return `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${chunk}\r\n`;
    });
    return await fetch(url(path), { method: "PUT", headers, body: change(chunks.join("")) });
  };
  assert.deepEqual(await outcome(await send((body) => body.replace("world", "w0rld"))), [403, "SignatureDoesNotMatch"]);
  assert.deepEqual(await outcome(await send((body) => body.slice(0, -90))), [400, "IncompleteBody"]);
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: "chunks" })), s3Error("NotFound", 404));
  assert.equal((await send((body) => body)).status, 200);
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key: "chunks" }));
  assert.equal(await answer.Body?.transformToString(), "helloworld");
  assert.equal(answer.ContentEncoding, undefined);
});

test("another project's buckets do not exist", async () => {
  const stranger = obs.client("stranger");
  assert.deepEqual((await stranger.send(new ListBucketsCommand({}))).Buckets ?? [], []);
  await assert.rejects(stranger.send(get), s3Error("NoSuchBucket", 404));
  await assert.rejects(stranger.send(new ListObjectsV2Command({ Bucket })), s3Error("NoSuchBucket", 404));
  await assert.rejects(stranger.send(new PutObjectCommand({ Bucket, Key, Body: "x" })), s3Error("NoSuchBucket", 404));
  await assert.rejects(stranger.send(new DeleteObjectCommand({ Bucket, Key })), s3Error("NoSuchBucket", 404));
  await assert.rejects(stranger.send(new HeadObjectCommand({ Bucket, Key })), s3Error("NotFound", 404));
});

test("a reader reads and does not write", async () => {
  const reader = obs.client("reader");
  await reader.send(get);
  await reader.send(new ListObjectsV2Command({ Bucket }));
  await assert.rejects(reader.send(new PutObjectCommand({ Bucket, Key, Body: "x" })), s3Error("AccessDenied", 403));
  await assert.rejects(reader.send(new DeleteObjectCommand({ Bucket, Key })), s3Error("AccessDenied", 403));
  await assert.rejects(reader.send(new CreateBucketCommand({ Bucket: "readers" })), s3Error("AccessDenied", 403));
});

test("who sends no credentials, or those of a kind that is not known, is told what to send", async () => {
  assert.deepEqual(await outcome(await fetch(url(`/${Bucket}/${Key}`))), [403, "AccessDenied"]);
  assert.deepEqual(await outcome(await fetch(url("/"))), [403, "AccessDenied"]);
  const version2 = await fetch(url(`/${Bucket}`), { headers: { authorization: "AWS AKmember:c2ln" } });
  assert.deepEqual(await outcome(version2), [400, "InvalidRequest"]);
  assert.deepEqual(await outcome(await fetch(url(`/${Bucket}?AWSAccessKeyId=A&Signature=b&Expires=1`))), [400, "InvalidRequest"]);
  assert.deepEqual(await outcome(await fetch(url("/"), { headers: { authorization: "Basic eDp5" } })), [400, "InvalidRequest"]);
});

test("a presigned URL reads, writes and tells its conditions, without any header", async () => {
  const put = await getSignedUrl(signer, new PutObjectCommand({ Bucket, Key: "presigned", ContentType: "text/x" }), { expiresIn: 60 });
  const stored = await fetch(put, { method: "PUT", body: "by url", headers: { "content-type": "text/x" } });
  assert.deepEqual(await outcome(stored), [200, undefined]);
  const read = await getSignedUrl(
    s3,
    new GetObjectCommand({ Bucket, Key: "presigned", ResponseContentDisposition: 'attachment; filename="ä.img"' }),
  );
  const answer = await fetch(read);
  assert.equal(await answer.text(), "by url");
  assert.equal(Buffer.from(answer.headers.get("content-disposition") ?? "", "latin1").toString(), 'attachment; filename="ä.img"');
  assert.deepEqual(await outcome(await fetch(read, { method: "PUT", body: "x" })), [403, "SignatureDoesNotMatch"]);
  assert.deepEqual(await outcome(await fetch(read.replace("presigned", Key))), [403, "SignatureDoesNotMatch"]);
});

test("what a presigned URL says about the object holds, and nothing can be added", async () => {
  const command = new PutObjectCommand({ Bucket, Key: "described", StorageClass: "STANDARD_IA", Metadata: { a: "b" } });
  const put = await getSignedUrl(signer, command);
  const added = await fetch(put, { method: "PUT", body: "x", headers: { "x-amz-meta-c": "d" } });
  assert.deepEqual(await outcome(added), [403, "AccessDenied"]);
  assert.equal((await fetch(put, { method: "PUT", body: "x" })).status, 200);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "described" }));
  assert.deepEqual([head.Metadata, head.StorageClass], [{ a: "b" }, "STANDARD_IA"]);
});

test("a checksum that a presigned URL names is checked", async () => {
  // What this client signs by default is the checksum of no content, since it knows none yet.
  const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "checked" }));
  assert.match(put, /x-amz-checksum-crc32=AAAAAA/);
  assert.deepEqual(await outcome(await fetch(put, { method: "PUT", body: "x" })), [400, "BadDigest"]);
  assert.deepEqual(await outcome(await fetch(put, { method: "PUT", body: "" })), [200, undefined]);
});

test("a presigned URL ends with its time", async () => {
  const hourAgo = new Date(Date.now() - 3_600_000);
  const expired = await getSignedUrl(s3, get, { expiresIn: 60, signingDate: hourAgo });
  const answer = await fetch(expired);
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /<Code>AccessDenied<\/Code><Message>The presigned URL expired at /);
  const valid = await getSignedUrl(s3, get, { expiresIn: 7200, signingDate: hourAgo });
  assert.equal((await fetch(valid)).status, 200);
});

test("a token of the service opens the same buckets", async () => {
  const headers = { "x-auth-token": await obs.world.token("member") };
  const path = `/${Bucket}/by-token`;
  assert.equal((await fetch(url(path), { method: "PUT", body: "token", headers })).status, 200);
  assert.equal(await (await fetch(url(path), { headers })).text(), "token");
  const reader = { "x-auth-token": await obs.world.token("reader") };
  assert.deepEqual(await outcome(await fetch(url(path), { method: "DELETE", headers: reader })), [403, "AccessDenied"]);
  assert.deepEqual(await outcome(await fetch(url(path), { headers: { "x-auth-token": "nonsense" } })), [403, "AccessDenied"]);
});

test("a signature of the kind SDK-HMAC-SHA256 opens them too, and its digest of the body is checked", async () => {
  const { access, secret } = obs.world.user("member");
  const path = url(`/${Bucket}/by-sdk`);
  const send = (method: string, body: string, bodyHash: string) => {
    const keys = { accessKey: access, secretKey: secret };
    const { host: _host, ...headers } = signSdkHmac({ method, url: new URL(path), headers: {}, bodyHash, keys, date: new Date() });
    return fetch(path, body === "" ? { method, headers } : { method, headers, body });
  };
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  assert.equal((await send("PUT", "signed", sha256("signed"))).status, 200);
  assert.equal((await send("PUT", "unsigned", "UNSIGNED-PAYLOAD")).status, 200);
  assert.deepEqual(await outcome(await send("PUT", "changed", sha256("signed"))), [400, "XAmzContentSHA256Mismatch"]);
  assert.equal(await (await send("GET", "", sha256(""))).text(), "unsigned");
});

test("a request signed in the way of Huawei Cloud's own clients is answered in their words", async () => {
  const { access, secret } = obs.world.user("member");
  const path = `/${Bucket}/by-obs`;
  const send = (method: string, more: Record<string, string> = {}, body?: string) => {
    const headers: Record<string, string> = { "x-obs-date": new Date().toUTCString(), ...more };
    const lines = Object.keys(headers)
      .filter((name) => name.startsWith("x-obs-"))
      .sort()
      .map((name) => `${name}:${headers[name]}\n`);
    const type = body === undefined ? "" : "text/plain";
    const signature = createHmac("sha1", secret)
      .update(`${method}\n\n${type}\n\n${lines.join("")}${path}`)
      .digest("base64");
    return fetch(url(path), {
      method,
      headers: { ...headers, authorization: `OBS ${access}:${signature}`, ...(type && { "content-type": type }) },
      ...(body !== undefined && { body }),
    });
  };
  assert.equal((await send("PUT", { "x-obs-meta-a": "b", "x-obs-storage-class": "WARM" }, "content")).status, 200);
  const answer = await send("GET");
  assert.equal(await answer.text(), "content");
  assert.deepEqual([answer.headers.get("x-obs-meta-a"), answer.headers.get("x-obs-storage-class")], ["b", "WARM"]);
  const wrong = await fetch(url(path), { headers: { date: new Date().toUTCString(), authorization: `OBS ${access}:wrong` } });
  assert.deepEqual(await outcome(wrong), [403, "SignatureDoesNotMatch"]);
});

test("an answer names the request it answers", async () => {
  const answer = await fetch(url("/"));
  const id = answer.headers.get("x-amz-request-id") ?? "";
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.match(await answer.text(), new RegExp(`<RequestId>${id}</RequestId>`));
});
