import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { bucketCeilings } from "./bucket-ceilings.table.ts";
import { chooseParts } from "./choose-parts.ts";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const miB = 1024 * 1024;

function uploaded(...sizes: readonly number[]) {
  return sizes.map((lengthBytes, index) => ({
    uploadId: "u",
    partNumber: index + 1,
    part: { blobId: String(index + 1) as BlobId, lengthBytes },
    etag: md5(String(index + 1)),
    modifiedAt: 0,
  }));
}

const named = (...numbers: readonly number[]) => numbers.map((partNumber) => ({ partNumber, etag: md5(String(partNumber)) }));
const choose = (parts: ReturnType<typeof uploaded>, names: ReturnType<typeof named>) => chooseParts(parts, names, bucketCeilings);

test("the object is the named parts in order; the others are unused", () => {
  const chosen = choose(uploaded(5 * miB, 6 * miB, 7 * miB, 1), named(1, 3, 4));
  assert.deepEqual(
    chosen.parts.map(({ blobId }) => blobId),
    ["1", "3", "4"],
  );
  assert.equal(chosen.lengthBytes, 12 * miB + 1);
  assert.deepEqual(
    chosen.unused.map(({ blobId }) => blobId),
    ["2"],
  );
});

test("the ETag is the MD5 of the parts' MD5s and their number", () => {
  const digests = Buffer.concat(["1", "2"].map((text) => createHash("md5").update(text).digest()));
  const expected = `${createHash("md5").update(digests).digest("hex")}-2`;
  assert.equal(choose(uploaded(5 * miB, 1), named(1, 2)).etag, expected);
});

test("what cannot make an object is refused", () => {
  const parts = uploaded(5 * miB, 5 * miB - 1, 1);
  assert.throws(() => choose(parts, []), { code: "obs.MalformedXML" });
  assert.throws(() => choose(parts, named(3, 1)), { code: "obs.InvalidPartOrder" });
  assert.throws(() => choose(parts, named(1, 1)), { code: "obs.InvalidPartOrder" });
  assert.throws(() => choose(parts, named(1, 4)), { code: "obs.InvalidPart" });
  assert.throws(() => choose(parts, [{ partNumber: 1, etag: md5("other") }]), { code: "obs.InvalidPart" });
  assert.throws(() => choose(parts, named(1, 2, 3)), { code: "obs.EntityTooSmall" });
  const huge = uploaded(3 * 1024 ** 4, 3 * 1024 ** 4);
  assert.throws(() => choose(huge, named(1, 2)), { code: "obs.EntityTooLarge" });
});
