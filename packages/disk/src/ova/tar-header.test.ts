import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTarHeader, writeTarHeader } from "./tar-header.ts";

test("headers read back, also of files of 8 GiB and more", () => {
  for (const sizeBytes of [0, 1, 8 ** 11 - 1, 8 ** 11, 2 ** 53 - 1]) {
    assert.deepEqual(parseTarHeader(writeTarHeader({ name: "a.vmdk", sizeBytes, modifiedAt: 5 }), 0), {
      name: "a.vmdk",
      sizeBytes,
      type: "0",
    });
  }
});

test("the prefix of a POSIX header is a part of the name, and what GNU keeps there is not", () => {
  const header = writeTarHeader({ name: "x", sizeBytes: 0, modifiedAt: 0 });
  header.write("folder", 345, "latin1");
  const sum = (bytes: Buffer): Buffer => {
    bytes.fill(" ", 148, 156);
    bytes.write(
      `${bytes
        .reduce((total, byte) => total + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
      "latin1",
    );
    return bytes;
  };
  assert.equal(parseTarHeader(sum(header), 0)?.name, "folder/x");
  header.write("ustar  \0", 257, "latin1");
  assert.equal(parseTarHeader(sum(header), 0)?.name, "x");
});
