import assert from "node:assert/strict";
import { test } from "node:test";
import { findOperation } from "./find-operation.ts";
import { parseObsRequest } from "./obs-request.ts";
import { subresources } from "./operations.table.ts";

const find = (method: string, target: string, ...rawHeaders: readonly string[]) =>
  findOperation(parseObsRequest({ method, target, rawHeaders: ["Host", "h", ...rawHeaders] })).name;

test("requests are recognised by method, path, parameter and header", () => {
  const copy = ["x-amz-copy-source", "/b/k"];
  for (const [name, method, target, ...headers] of [
    ["ListBuckets", "GET", "/?x-id=ListBuckets"],
    ["ListObjects", "GET", "/b?prefix=a&delimiter=/"],
    ["ListObjectsV2", "GET", "/b/?list-type=2"],
    ["GetBucketLocation", "GET", "/b?location"],
    ["DeleteObjects", "POST", "/b/?delete"],
    ["PutObject", "PUT", "/b/k?x-id=PutObject"],
    ["CopyObject", "PUT", "/b/k", ...copy],
    ["UploadPart", "PUT", "/b/k?partNumber=1&uploadId=u"],
    ["UploadPartCopy", "PUT", "/b/k?partNumber=1&uploadId=u", ...copy],
    ["CreateMultipartUpload", "POST", "/b/k?uploads"],
    ["CompleteMultipartUpload", "POST", "/b/k?uploadId=u"],
    ["GetObject", "GET", "/b/k?response-content-type=x&partNumber=1"],
  ] as const) {
    assert.equal(find(method, target, ...headers), name);
  }
});

test("a request for something of an object never falls back on the object itself", () => {
  for (const parameter of subresources) {
    for (const method of ["PUT", "POST", "DELETE"]) {
      for (const target of [`/b/k?${parameter}`, `/b?${parameter}=1`]) {
        let name: string | undefined;
        try {
          name = find(method, target);
        } catch (error) {
          assert.equal((error as { code?: unknown }).code, "obs.NotImplemented");
        }
        assert.ok(!["PutObject", "DeleteObject", "CreateBucket", "DeleteBucket"].includes(name ?? ""), `${method} ${target}`);
      }
    }
  }
});

test("what is not supported is told as such", () => {
  assert.throws(() => find("GET", "/b?uploads&versions"), { code: "obs.NotImplemented" });
  assert.throws(() => find("GET", "/b/k?versionId=1"), { code: "obs.NotImplemented" });
  assert.throws(() => find("POST", "/b"), { code: "obs.NotImplemented" });
  assert.throws(() => find("PATCH", "/b/k"), { code: "obs.MethodNotAllowed" });
  assert.throws(() => find("DELETE", "/"), { code: "obs.MethodNotAllowed" });
});
