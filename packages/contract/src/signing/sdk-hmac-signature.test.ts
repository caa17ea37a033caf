import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSdkDate, formatSdkHmacAuthorization, parseSdkDate, parseSdkHmacAuthorization } from "./sdk-hmac-signature.ts";

const authorization = { access: "AK", signedHeaders: ["host", "x-sdk-date"], signature: "0".repeat(64) };

test("what is written into an Authorization header is read from it again", () => {
  assert.deepEqual(parseSdkHmacAuthorization(formatSdkHmacAuthorization(authorization)), authorization);
});

test("names of signed headers are read in any case", () => {
  const header = `SDK-HMAC-SHA256 Access=AK, SignedHeaders=Host;X-Sdk-Date, Signature=${"0".repeat(64)}`;
  assert.deepEqual(parseSdkHmacAuthorization(header), authorization);
});

test("another scheme, a missing part and a short signature are no authorization", () => {
  for (const header of [
    "",
    "Bearer x",
    `SDK-HMAC-SHA256 Access=AK, Signature=${"0".repeat(64)}`,
    `SDK-HMAC-SHA256 Access=, SignedHeaders=host, Signature=${"0".repeat(64)}`,
    "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=00",
    `V11-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=${"0".repeat(64)}`,
  ]) {
    assert.equal(parseSdkHmacAuthorization(header), undefined, header);
  }
});

test("a date goes to the second and back", () => {
  assert.equal(formatSdkDate(new Date(1_700_000_000_999)), "20231114T221320Z");
  assert.equal(parseSdkDate("20231114T221320Z"), 1_700_000_000_000);
});

test("a date in another form, or one that the calendar does not have, is none", () => {
  for (const text of ["", "2023-11-14T22:13:20Z", "20231114T221320", "20231314T221320Z", "20231114T256120Z"]) {
    assert.equal(parseSdkDate(text), undefined, text);
  }
});
