import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import { asServiceError, errorAnswer } from "./error-answer.ts";
import type { ObsAnswer } from "./obs-answer.ts";

/** The text of an answer. */
function textOf({ body }: ObsAnswer): string {
  assert.ok(typeof body === "string");
  return body;
}

const where = { resource: "/b/<k>", requestId: "r" };

test("the S3 code stands behind the first dot, whatever the reason behind it", () => {
  const expired = errorAnswer(new ServiceError("obs.AccessDenied.expired", { expiredAt: "x" }), where);
  assert.equal(expired.status, 403);
  assert.match(textOf(expired), /<Code>AccessDenied<\/Code><Message>The presigned URL expired at x\. /);
  const missing = errorAnswer(new ServiceError("obs.NoSuchKey", { bucket: "b", key: "<k>" }), where);
  assert.match(textOf(missing), /<Resource>\/b\/&lt;k&gt;<\/Resource><BucketName>b<\/BucketName><Key>&lt;k&gt;<\/Key><RequestId>r</);
});

test("a credential of another kind that is wrong is an access denied", () => {
  const answer = errorAnswer(new ServiceError("identity.tokenUnknown"), where);
  assert.equal(answer.status, 403);
  assert.match(textOf(answer), /<Code>AccessDenied</);
});

test("a range that cannot be had tells how long the object is", () => {
  const answer = errorAnswer(new ServiceError("obs.InvalidRange", { sizeBytes: 10, range: "20-" }), where);
  assert.deepEqual([answer.status, answer.headers?.["content-range"]], [416, "bytes */10"]);
});

test("R-195: a busy catalog and a store out of reach are 503 with Retry-After; what else fails is 500", () => {
  for (const error of [
    Object.assign(new Error("locked"), { errcode: 5 }),
    Object.assign(new Error("snapshot"), { errcode: 517 }),
    new StoreError("store.io", "x"),
  ]) {
    const answer = errorAnswer(asServiceError(error), where);
    assert.deepEqual([answer.status, answer.headers?.["retry-after"]], [503, "5"]);
    assert.match(textOf(answer), /<Code>ServiceUnavailable</);
  }
  const failed = errorAnswer(asServiceError(Object.assign(new Error("corrupt"), { errcode: 11 })), where);
  assert.deepEqual([failed.status, failed.headers?.["retry-after"]], [500, undefined]);
});

test("damaged content is told as such, with what helps, and without the places of the service", () => {
  const answer = errorAnswer(
    asServiceError(new SuppressedError(new Error("closing"), new StoreError("store.damaged", "secret path"))),
    where,
  );
  assert.equal(answer.status, 500);
  assert.match(textOf(answer), /<Code>ContentDamaged<.*Uploading the same file once more heals it/);
  assert.doesNotMatch(textOf(answer), /secret/);
});

test("a full disk is told as such, also when closing failed after it; the rest is our failure and says nothing", () => {
  const full = new StoreError("store.full", "secret path");
  assert.equal(asServiceError(full).code, "obs.InsufficientStorage");
  assert.equal(asServiceError(new SuppressedError(new Error("closing"), full)).code, "obs.InsufficientStorage");
  assert.equal(asServiceError(Object.assign(new Error("full"), { errcode: 13 })).code, "obs.InsufficientStorage");
  const unknown = asServiceError(new Error("secret path"));
  assert.equal(unknown.code, "obs.InternalError");
  assert.doesNotMatch(textOf(errorAnswer(unknown, where)), /secret/);
});
