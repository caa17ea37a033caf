import assert from "node:assert/strict";
import { test } from "node:test";
import { checkBucketName } from "./check-bucket-name.ts";

test("names that S3 allows are accepted", () => {
  for (const name of ["abc", "a-b", "my.bucket.1", "0" + "a".repeat(62), "192.168.1"]) {
    checkBucketName(name);
  }
});

test("names that S3 forbids are refused", () => {
  const shapes = [
    "",
    "ab",
    "a".repeat(64),
    "Abc",
    "a_b",
    "-ab",
    "ab-",
    ".ab",
    "ab.",
    "a..b",
    "a.-b",
    "a-.b",
    "192.168.1.1",
    "a b",
    "ä-b",
    "abc/",
  ];
  const reserved = ["xn--abc", "sthree-x", "abc-s3alias", "abc--ol-s3", "../etc", "abc\n"];
  for (const name of [...shapes, ...reserved]) {
    assert.throws(() => checkBucketName(name), { code: "obs.InvalidBucketName" }, name);
  }
});
