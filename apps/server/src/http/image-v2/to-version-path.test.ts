import assert from "node:assert/strict";
import { test } from "node:test";
import { toVersionPath } from "./to-version-path.ts";

test("every minor version that there is leads to the one interface, with its query", () => {
  assert.equal(toVersionPath("/image/v2.0/images?limit=1", undefined), "/image/v2/images?limit=1");
  assert.equal(toVersionPath("/image/v2.1", undefined), "/image/v2");
  assert.equal(toVersionPath("/image/v2.1?x=/", undefined), "/image/v2?x=/");
  assert.equal(toVersionPath("/image/v2/images", undefined), "/image/v2/images");
});

test("a version that there is not remains as it is", () => {
  for (const url of ["/image/v2.99/images", "/image/v2.1x/images", "/image/v3/images", "/image/v2.", "/v2.0/images", "/imagev2.0/x"]) {
    assert.equal(toVersionPath(url, undefined), url);
  }
});

test("the header Accept names the version where the path names none", () => {
  const accept = "application/vnd.openstack.images-v2.1";
  assert.equal(toVersionPath("/image/images?a=b", accept), "/image/v2/images?a=b");
  assert.equal(toVersionPath("/image/images", "application/vnd.openstack.images-v2"), "/image/v2/images");
  for (const url of ["/image/v2/images", "/image/v1/images", "/image", "/image/", "/image/versions", "/image/healthcheck", "/v2/images"]) {
    assert.equal(toVersionPath(url, accept), url);
  }
  for (const other of ["application/vnd.openstack.images-v2.99", "application/vnd.openstack.images-v3", "*/*", ""]) {
    assert.equal(toVersionPath("/image/images", other), "/image/images", other);
  }
});
