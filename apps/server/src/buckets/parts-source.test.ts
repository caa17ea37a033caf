import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { BlobId, StoredBlob } from "@tintype/store/blob-store.ts";
import { MemoryBlobStore } from "../testing/memory-blob-store.ts";
import { PartsSource } from "./parts-source.ts";
import { readRange } from "./read-range.ts";

/** Counts the blobs that are open. */
class CountingStore extends MemoryBlobStore {
  open_ = 0;
  most = 0;

  override async open(id: BlobId): Promise<StoredBlob> {
    const blob = await super.open(id);
    this.open_++;
    this.most = Math.max(this.most, this.open_);
    return { ...blob, [Symbol.asyncDispose]: async () => void this.open_-- };
  }
}

async function storeParts(contents: readonly Uint8Array[]) {
  const store = new CountingStore();
  const parts = contents.map((content, index) => ({ blobId: index.toString(16).padStart(32, "0") as BlobId, lengthBytes: content.length }));
  for (const [index, content] of contents.entries()) {
    const writer = await store.create(parts[index]?.blobId ?? ("" as BlobId));
    await writer.write(0, content);
    await writer.commit({ lengthBytes: content.length });
  }
  return { store, source: new PartsSource(store, { bucket: "b", key: "k", parts }) };
}

const contents = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 30 });

test("any range of an object is the same range of its parts put together", async () => {
  await fc.assert(
    fc.asyncProperty(contents, fc.nat(), fc.nat(), async (parts, one, other) => {
      const { store, source } = await storeParts(parts);
      const whole = Buffer.concat(parts);
      assert.equal(source.lengthBytes, whole.length);
      const [start = 0, end = 0] = [one % (whole.length + 1), other % (whole.length + 1)].toSorted((left, right) => left - right);
      assert.deepEqual(Buffer.from(await source.read(start, end - start)), whole.subarray(start, end));
      const streamed: Uint8Array[] = [];
      for await (const bytes of readRange(source, { start, end })) {
        streamed.push(bytes);
      }
      assert.deepEqual(Buffer.concat(streamed), whole.subarray(start, end));
      const pieces: Uint8Array[] = [];
      for await (const bytes of source.pieces({ start, end })) {
        pieces.push(bytes.slice());
      }
      assert.deepEqual(Buffer.concat(pieces), whole.subarray(start, end));
      await source[Symbol.asyncDispose]();
      assert.equal(store.open_, 0);
    }),
    { numRuns: 80 },
  );
});

test("extents follow each other without a gap over all parts", async () => {
  await fc.assert(
    fc.asyncProperty(contents, async (parts) => {
      const { source } = await storeParts(parts);
      let end = 0;
      for await (const { offset, length } of source.extents()) {
        assert.equal(offset, end);
        end += length;
      }
      assert.equal(end, source.lengthBytes);
    }),
    { numRuns: 40 },
  );
});

test("an object of very many parts keeps few of them open, and closes all", async () => {
  const { store, source } = await storeParts(Array.from({ length: 500 }, (_, index) => Buffer.from([index % 256])));
  await Promise.all(Array.from({ length: 20 }, (_, index) => source.read(index * 25, 25)));
  assert.ok(store.most <= 16 + 2 * 20, `${store.most} were open`);
  await source[Symbol.asyncDispose]();
  assert.equal(store.open_, 0);
});

test("a range outside the object is a mistake of the caller", async () => {
  const { source } = await storeParts([Buffer.from("abc")]);
  await assert.rejects(source.read(1, 3), RangeError);
});

test("whoever stops reading early leaves no read under way", async () => {
  const { store, source } = await storeParts([Buffer.alloc(5 * 1024 * 1024)]);
  for await (const bytes of readRange(source, { start: 0, end: source.lengthBytes })) {
    assert.equal(bytes.length, 1024 * 1024);
    break;
  }
  await source[Symbol.asyncDispose]();
  assert.equal(store.open_, 0);
});

test("an object that is deleted while it is read is told as gone", async () => {
  const { store, source } = await storeParts([Buffer.from("ab"), Buffer.from("cd")]);
  await source.openFirst();
  for (const id of store.ids) {
    await store.remove(id);
  }
  assert.equal(Buffer.from(await source.read(0, 2)).toString(), "ab");
  await assert.rejects(source.read(0, 4), { code: "obs.NoSuchKey" });
});
