import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreError } from "../../store-error.ts";
import { asS3StoreError, isTransientS3Failure } from "./s3-failure.ts";

const errand = { doing: "Reading a", place: "bucket b at http://c" };
const coded = (code: string) => new Error("request failed", { cause: Object.assign(new Error("socket"), { code }) });
const answered = (name: string, httpStatusCode: number) => Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

test("failures of the service and the connection may be over the next time, all others are not", () => {
  const transient = [coded("ECONNRESET"), coded("EAI_AGAIN"), answered("SlowDown", 503), answered("x", 500), answered("x", 429)];
  const lasting = [coded("ENOTFOUND"), coded("EACCES"), answered("AccessDenied", 403), answered("NoSuchKey", 404), answered("x", 501)];
  assert.deepEqual(
    [transient.map(isTransientS3Failure), lasting.map(isTransientS3Failure)],
    [transient.map(() => true), lasting.map(() => false)],
  );
  for (const error of [answered("QuotaExceeded", 503), new Error("x"), "text", undefined]) {
    assert.equal(isTransientS3Failure(error), false);
  }
});

test("a certificate that is not trusted is told with the remedy, and an unknown failure in its own words", () => {
  const told = (error: unknown) => {
    const worded = asS3StoreError(error, errand);
    assert.ok(worded instanceof StoreError);
    assert.equal(worded.cause, error);
    return worded.message;
  };
  assert.equal(
    told(coded("DEPTH_ZERO_SELF_SIGNED_CERT")),
    "Reading a in bucket b at http://c failed (DEPTH_ZERO_SELF_SIGNED_CERT): The service's certificate is not trusted. " +
      "Correct it, or tell Node of its authority with NODE_EXTRA_CA_CERTS.",
  );
  assert.equal(told(answered("Teapot", 418)), "Reading a in bucket b at http://c failed (Teapot 418): Teapot");
});

test("our own errors, aborts, wrong arguments and strange values stay as they are", () => {
  for (const error of [new StoreError("store.exists", "x"), new DOMException("x", "AbortError"), new RangeError("x"), "text", undefined]) {
    assert.equal(asS3StoreError(error, errand), error);
  }
});

test("a cause that names itself does not hang the wording", () => {
  const error = new Error("round");
  error.cause = error;
  assert.match(String(asS3StoreError(error, errand)), /round/);
});
