import assert from "node:assert/strict";
import { test } from "node:test";
import { parseObsRequest } from "./obs-request.ts";
import { requestPayload } from "./request-payload.ts";

async function* bodyOf(text: string) {
  yield Buffer.from(text);
}

const request = (headers: Readonly<Record<string, string>>) =>
  parseObsRequest({ method: "PUT", target: "/b/k", rawHeaders: Object.entries(headers).flat() });
const plain = (headers: Readonly<Record<string, string>>) => requestPayload(request(headers), { kind: "plain" }, bodyOf(""));
const md5OfNothing = "1B2M2Y8AsgTpgAmY7PhCfg==";

test("everything that the headers promise is expected", () => {
  const headers = { "Content-Length": "7", "Content-MD5": md5OfNothing, "x-amz-checksum-crc32": "AAAAAA==" };
  const payload = requestPayload(request(headers), { kind: "plain", sha256: "ab" }, bodyOf(""));
  assert.equal(payload.lengthBytes, 7);
  assert.deepEqual(payload.algorithms, ["md5", "crc32", "sha256"]);
  assert.deepEqual(payload.expected(), [
    { algorithm: "md5", hex: "d41d8cd98f00b204e9800998ecf8427e", header: "Content-MD5" },
    { algorithm: "crc32", hex: "00000000", header: "x-amz-checksum-crc32" },
    { algorithm: "sha256", hex: "ab", header: "x-amz-content-sha256" },
  ]);
});

test("digests that are none, or cannot be verified, are refused", () => {
  for (const md5 of ["", "x", "d41d8cd98f00b204e9800998ecf8427e", `${md5OfNothing} `.repeat(2), md5OfNothing.slice(0, -2)]) {
    assert.throws(() => plain({ "Content-Length": "0", "Content-MD5": md5 }), { code: "obs.InvalidDigest" }, md5);
  }
  assert.throws(() => plain({ "Content-Length": "0", "x-amz-checksum-crc32": md5OfNothing }), { code: "obs.InvalidDigest" });
  assert.throws(() => plain({ "Content-Length": "0", "x-amz-checksum-xxhash64": "AAAAAAAAAAA=" }), { code: "obs.NotImplemented" });
});

test("a content whose length is not known is refused", () => {
  for (const headers of [{}, { "Content-Length": "-1" }, { "Content-Length": "9".repeat(20) }, { "Transfer-Encoding": "chunked" }]) {
    assert.throws(() => plain({ ...headers }), { code: "obs.MissingContentLength" });
  }
  const chunked = { kind: "chunked", takesTrailers: true } as const;
  assert.throws(() => requestPayload(request({ "Content-Length": "5" }), chunked, bodyOf("")), { code: "obs.MissingContentLength" });
});

test("what a trailer promises is known when the body has ended", async () => {
  const headers = { "x-amz-decoded-content-length": "3", "x-amz-trailer": "x-amz-checksum-crc32" };
  const body = bodyOf("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n");
  const payload = requestPayload(request(headers), { kind: "chunked", takesTrailers: true }, body);
  assert.deepEqual(payload.algorithms, ["crc32"]);
  // A piece is good until the next one is asked for.
  const received = await Array.fromAsync(payload.body, (bytes) => Buffer.from(bytes));
  assert.equal(Buffer.concat(received).toString(), "abc");
  assert.deepEqual(payload.expected(), [{ algorithm: "crc32", hex: "352441c2", header: "x-amz-checksum-crc32" }]);
});

test("a trailer that was announced and does not come is refused", async () => {
  const headers = { "x-amz-decoded-content-length": "0", "x-amz-trailer": "x-amz-checksum-crc32" };
  const payload = requestPayload(request(headers), { kind: "chunked", takesTrailers: true }, bodyOf("0\r\n\r\n"));
  await assert.rejects(Array.fromAsync(payload.body), { code: "obs.InvalidDigest" });
});
