import { createHash } from "node:crypto";
import type { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import { operations } from "@tintype/server/http/obs/operations.table.ts";
import type { Operation } from "@tintype/server/http/obs/obs-call.ts";
import { finished, percent, setHeader } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { CallerName, FuzzWorld } from "./fuzz-world.ts";
import type { HttpCall } from "./http-call.ts";
import { oddTexts } from "./odd-values.ts";
import { spoilCall } from "./spoil-call.ts";

const callers: readonly CallerName[] = ["demo", "demo", "demo", "demo", "alt", "admin", "nobody"];

/** Makes a call of the buckets' port: one that fits its operation, with mostly one thing wrong. */
export function obsCall(world: FuzzWorld, random: SeededRandom): HttpCall {
  const operation = random.pick(operations);
  const caller = random.pick(callers);
  const words = world.wordsOf(caller, false);
  const draft: Draft = {
    random,
    words,
    caller,
    server: "obs",
    framing: "plain",
    isElsewhere: false,
    faults: [],
    operation: `${operation.method} ${operation.name}`,
    method: operation.method,
    path: pathOf(operation, random, words.pick(random, "bucket")),
    query: operation.parameter === undefined ? [] : [[operation.parameter, valueOf(operation.parameter, words.pick(random, "multipart"))]],
    headers: [],
    json: undefined,
    body: bodyOf(operation, random),
  };
  const token = world.tokens[caller];
  if (token !== undefined) {
    setHeader(draft, "x-auth-token", token);
  }
  addParameters(draft, operation);
  addHeaders(draft, operation);
  for (let count = random.pick([0, 1, 1, 1, 2, 3]); count > 0; count -= 1) {
    if (random.oneIn(2)) {
      draft.faults.push(spoilBucketCall(draft));
    } else {
      spoilCall(draft);
    }
  }
  return finished(draft);
}

function valueOf(parameter: string, uploadId: string): string {
  return { uploadId: percent(uploadId), "list-type": "2" }[parameter] ?? "";
}

function pathOf({ about, parameter }: Operation, random: SeededRandom, bucket: string): string {
  const key =
    parameter === "uploadId" || parameter === "uploads"
      ? "up"
      : random.pick(["disk.raw", "note.txt", "up", "a/b", "new", percent("\u00e9 x")]);
  return { service: "/", bucket: `/${percent(bucket)}`, object: `/${percent(bucket)}/${key}` }[about];
}

/** What every part of an object holds, so that its ETag is known. */
const part = "a part of an object";

function md5Of(bytes: Buffer | string, encoding: "hex" | "base64"): string {
  return createHash("md5").update(bytes).digest(encoding);
}

const documents: Readonly<Record<string, readonly string[]>> = {
  CreateBucket: ["", "<CreateBucketConfiguration><LocationConstraint>local-1</LocationConstraint></CreateBucketConfiguration>"],
  DeleteObjects: [
    "<Delete><Object><Key>up</Key></Object><Object><Key>none</Key></Object></Delete>",
    "<Delete><Quiet>true</Quiet></Delete>",
  ],
  CompleteMultipartUpload: [
    `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${md5Of(part, "hex")}</ETag></Part></CompleteMultipartUpload>`,
    "<CompleteMultipartUpload></CompleteMultipartUpload>",
  ],
};

function bodyOf({ name, method, header }: Operation, random: SeededRandom): Buffer | undefined {
  const texts = documents[name];
  if (texts !== undefined) {
    return Buffer.from(random.pick(texts));
  }
  if (name === "UploadPart") {
    return Buffer.from(part);
  }
  return method === "PUT" && header === undefined ? random.bytes(random.pick([0, 5, 3000])) : undefined;
}

function addParameters(draft: Draft, { name }: Operation): void {
  const { random } = draft;
  if (name === "UploadPart" || name === "UploadPartCopy") {
    draft.query = [...draft.query, ["partNumber", random.pick(["1", "2", "10000"])]];
  }
  if (name.startsWith("List") && random.oneIn(2)) {
    const parameter = random.pick([
      "prefix",
      "delimiter",
      "max-keys",
      "marker",
      "start-after",
      "continuation-token",
      "encoding-type",
      "max-parts",
    ]);
    draft.query = [...draft.query, [parameter, random.pick(["1", "url", "d", "%2F", percent(draft.words.pick(random, "cursor"))])]];
  }
}

function addHeaders(draft: Draft, { name, header }: Operation): void {
  const { random, words } = draft;
  if (header !== undefined) {
    setHeader(draft, header, `/${percent(words.pick(random, "bucket"))}/disk.raw`);
  }
  if (name === "DeleteObjects") {
    setHeader(draft, "content-md5", md5Of(draft.body ?? "", "base64"));
  }
}

const headers: readonly (readonly [string, readonly string[]])[] = [
  ["x-amz-copy-source", ["", "/", "nothing", "/a", "%zz", "/a/b?versionId=1", "/../x", "a/%00", "/hidden-a94d-files/disk.raw"]],
  ["x-amz-copy-source-range", ["bytes=0-1", "bytes=5-1", "x", "bytes=0-99999999999"]],
  ["x-amz-metadata-directive", ["REPLACE", "COPY", "x"]],
  ["x-amz-server-side-encryption", ["aws:kms", "AES256", "x", "kms"]],
  ["x-amz-server-side-encryption-aws-kms-key-id", ["x", "alias/demo-key", "alias/hidden-a94d-key", "__proto__", "arn:aws:kms:::key/x"]],
  ["x-amz-storage-class", ["STANDARD", "GLACIER", "__proto__", ""]],
  ["x-amz-meta-a", ["\u00ff", "", "x".repeat(3000)]],
  ["x-amz-content-sha256", ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x"]],
  ["x-amz-decoded-content-length", ["-1", "5", "x"]],
  ["x-amz-date", ["yesterday", "20260230T256161Z"]],
  ["x-amz-checksum-crc32", ["AAAAAA==", "x", ""]],
  ["x-amz-sdk-checksum-algorithm", ["SHA256", "x", "__proto__"]],
  ["x-amz-trailer", ["x-amz-checksum-crc32", "x"]],
  ["x-amz-acl", ["private", "public-read", "x"]],
  ["x-amz-object-attributes", ["ETag", "x"]],
  ["x-amz-tagging", ["a=b", "%zz"]],
  ["content-md5", ["x", "AAAAAAAAAAAAAAAAAAAAAA==", ""]],
  ["if-match", ["*", "x", '"x"']],
  ["if-none-match", ["*", '"x"']],
  ["if-unmodified-since", ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"]],
  ["x-obs-acl", ["private", "x"]],
  ["host", ["demo-files.obs.test", ".obs.test", "", "a:b:c", "[::1", "__proto__"]],
];

const xmlTexts = [
  "<",
  "<a/>",
  "<Delete><Object><Key>&constructor;</Key></Object></Delete>",
  "<Delete><Object><Key>&#0;</Key></Object></Delete>",
  "<Delete><Object><Key><![CDATA[up]]></Key></Object></Delete>",
  "<Delete><__proto__><Key>up</Key></__proto__></Delete>",
  "<Delete><Object><constructor>up</constructor></Object><toString/></Delete>",
  '<?xml version="1.0" encoding="UTF-16"?><Delete/>',
  '<!DOCTYPE a [<!ENTITY b "c">]><Delete>&b;</Delete>',
  `<Delete>${"<a>".repeat(3000)}${"</a>".repeat(3000)}</Delete>`,
  `<Delete>${"<Object><Key>k</Key></Object>".repeat(1001)}</Delete>`,
  "<CompleteMultipartUpload><Part><PartNumber>-0</PartNumber><ETag/></Part></CompleteMultipartUpload>",
  "<CompleteMultipartUpload><Part><PartNumber>1e3</PartNumber><ETag>x</ETag><ETag>y</ETag></Part></CompleteMultipartUpload>",
  "<CreateBucketConfiguration><LocationConstraint>__proto__</LocationConstraint></CreateBucketConfiguration>",
];

const names = [
  "partNumber",
  "uploadId",
  "max-keys",
  "max-parts",
  "max-uploads",
  "continuation-token",
  "marker",
  "start-after",
  "delimiter",
  "prefix",
];
const moreNames = [
  "encoding-type",
  "list-type",
  "versionId",
  "acl",
  "response-content-type",
  "X-Amz-Algorithm",
  "Signature",
  "key-marker",
  "upload-id-marker",
];

/** Makes one thing wrong of those that only calls of buckets have; answers which. */
function spoilBucketCall(draft: Draft): string {
  const { random } = draft;
  switch (random.below(3)) {
    case 0: {
      const [name, values] = random.pick(headers);
      setHeader(draft, name, random.pick(values));
      return `an odd ${name}`;
    }
    case 1: {
      const value = percent(random.pick([...oddTexts, "1", "0", "10001", "url"]));
      draft.query = [...draft.query, [random.pick([...names, ...moreNames]), value]];
      return "an odd parameter";
    }
    default:
      draft.body = Buffer.from(random.pick(xmlTexts));
      return "an odd document";
  }
}
