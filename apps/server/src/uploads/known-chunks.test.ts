import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { KnownChunks } from "./known-chunks.ts";

const chunk = (offset: number) => ({ blobId: "0".repeat(32) as BlobId, offset, length: 1 });

test("a chunk is known to the upload that it was found for, and to no other", () => {
  const known = new KnownChunks();
  known.remember("u", "d", chunk(1));
  known.remember("u", "d", chunk(2));
  assert.deepEqual(known.find("u", "d"), chunk(2));
  assert.equal(known.find("u", "e"), undefined);
  assert.equal(known.find("v", "d"), undefined);
  known.forget("u");
  assert.equal(known.find("u", "d"), undefined);
});

test("the upload that was not used for longest is forgotten first, and of a single one the oldest chunk", () => {
  const known = new KnownChunks(4);
  for (const upload of ["a", "b"]) {
    known.remember(upload, "1", chunk(1));
    known.remember(upload, "2", chunk(2));
  }
  known.find("a", "1");
  known.remember("a", "3", chunk(3));
  assert.equal(known.find("b", "2"), undefined);
  assert.deepEqual(
    ["1", "2", "3"].map((digest) => known.find("a", digest)?.offset),
    [1, 2, 3],
  );
  known.remember("a", "4", chunk(4));
  known.remember("a", "5", chunk(5));
  assert.deepEqual(
    ["1", "2", "5"].map((digest) => known.find("a", digest)?.offset),
    [undefined, 2, 5],
  );
});
