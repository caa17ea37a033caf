import assert from "node:assert/strict";
import { test } from "node:test";
import { parseObsRequest } from "./obs-request.ts";

const parse = (target: string, rawHeaders: readonly string[] = ["Host", "127.0.0.1:9293"]) =>
  parseObsRequest({ method: "GET", target, rawHeaders }, "obs.example.org");

test("bucket and key stand in the path, the key with all its slashes and dots", () => {
  for (const [target, bucket, key] of [
    ["/", "", ""],
    ["/bucket", "bucket", ""],
    ["/bucket/", "bucket", ""],
    ["/bucket/a/../b//c/", "bucket", "a/../b//c/"],
    ["/bucket/%E4%BD%A0%20%2B%2F+?x=1", "bucket", "你 +/+"],
  ] as const) {
    const request = parse(target);
    assert.deepEqual([request.bucket, request.key], [bucket, key], target);
  }
});

test("where the service has a domain, the bucket may stand in front of it", () => {
  const request = parse("/a/b", ["Host", "My-Bucket.obs.example.org:9293"]);
  assert.deepEqual([request.bucket, request.key], ["my-bucket", "a/b"]);
  assert.equal(parse("/bucket/a", ["Host", "obs.example.org"]).bucket, "bucket");
});

test("a query is decoded, and a plus sign in it stands for a space", () => {
  assert.deepEqual(parse("/?a=1&b&c=%2B+%26&a=2=3").query, [
    ["a", "1"],
    ["b", ""],
    ["c", "+ &"],
    ["a", "2=3"],
  ]);
});

test("header values are read as UTF-8, or as Latin-1 where they are none, and repeated ones are joined", () => {
  const latin1OfUtf8 = Buffer.from("grün").toString("latin1");
  const request = parse("/", ["X-Amz-Meta-A", latin1OfUtf8, "x-amz-meta-a", "b"]);
  assert.equal(request.header("x-amz-meta-a"), "grün,b");
  assert.equal(request.header("x-amz-meta-b"), undefined);
  assert.equal(parse("/", ["X-Amz-Meta-A", "grün"]).header("x-amz-meta-a"), "grün");
});

test("what is no address is refused", () => {
  for (const target of ["*", "http://host/a", "/a%", "/a%zz", "/%ff", "/?a=%c3"]) {
    assert.throws(() => parse(target), { code: "obs.InvalidURI" }, target);
  }
});
