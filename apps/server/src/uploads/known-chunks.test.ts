import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";
import { KnownChunks } from "./known-chunks.ts";

const owner = { kind: "image", id: "i" as ImageId } as const;
const chunk = (offset: number) => ({ blobId: "0".repeat(32) as BlobId, owner, offset, length: 1 });
const upload = (uploadId: string, project = "p") => ({ projectId: project as ProjectId, uploadId });

test("a chunk is known to the upload that it was found for, and to no other", () => {
  const known = new KnownChunks();
  known.remember(upload("u"), "d", chunk(1));
  known.remember(upload("u"), "d", chunk(2));
  assert.deepEqual(known.find(upload("u"), "d"), chunk(2));
  assert.equal(known.find(upload("u"), "e"), undefined);
  assert.equal(known.find(upload("v"), "d"), undefined);
  assert.equal(known.find(upload("u", "q"), "d"), undefined);
});

test("the project that has most forgets first, what it was told first; others are told of nothing by it", () => {
  const known = new KnownChunks(4);
  const offsets = (project: string, digests: readonly string[]) =>
    digests.map((digest) => known.find(upload("u", project), digest)?.offset);
  known.remember(upload("u", "small"), "1", chunk(1));
  for (let digest = 1; digest <= 10; digest += 1) {
    known.remember(upload("u", "large"), `${digest}`, chunk(digest));
  }
  assert.deepEqual(offsets("small", ["1"]), [1]);
  assert.deepEqual(offsets("large", ["7", "8", "9", "10"]), [undefined, 8, 9, 10]);
  // Told anew, a chunk is the newest one.
  known.remember(upload("u", "large"), "8", chunk(80));
  known.remember(upload("u", "large"), "11", chunk(11));
  assert.deepEqual(offsets("large", ["8", "9", "10", "11"]), [80, undefined, 10, 11]);
});
