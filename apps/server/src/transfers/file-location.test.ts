import assert from "node:assert/strict";
import { test } from "node:test";
import { isServiceError } from "@tintype/contract/service-error.ts";
import { locationText, parseFileLocation } from "./file-location.ts";

for (const address of ["files:disk.raw", "files:dir/sub/disk.raw", "my.files-2:a:b,c", "files:目录/磁盘.qcow2"]) {
  test(`"${address}" is a bucket and an object, and is worded the same`, () => {
    assert.equal(locationText(parseFileLocation(address)), address);
  });
}

test("the first colon divides: further ones belong to the object", () => {
  assert.deepEqual(parseFileLocation("files:a:b"), { bucket: "files", key: "a:b" });
});

for (const [address, code] of [
  ["", "IMG.0068"],
  [":", "IMG.0068"],
  ["files", "IMG.0073"],
  ["files:", "IMG.0073"],
  ["my files:disk", "IMG.0175"],
  ["files:my\u3000disk", "IMG.0175"],
  ["files:a\nb", "IMG.0075"],
  ["FILES:disk", "IMG.0109"],
  ["ab:disk", "IMG.0109"],
  [`files:${"é".repeat(513)}`, "IMG.0074"],
] as const) {
  test(`"${address.slice(0, 20)}" is refused with ${code}`, () => {
    assert.throws(
      () => parseFileLocation(address),
      (error) => isServiceError(error) && error.code === code,
    );
  });
}
