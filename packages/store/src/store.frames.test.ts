import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { it } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { blobIdOf } from "../test/filler.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { memoryBackend } from "./backend/memory/memory-backend.ts";
import type { BlobFrame, BlobId, BlobKey } from "./blob-store.ts";
import { openChunkStore } from "./open-chunk-store.ts";
import { isStoreError } from "./store-error.ts";
import type { ChunkStore } from "./store.ts";

const chunk = 64 * 1024;
const [id, sealed] = [blobIdOf("a"), blobIdOf("b")];
const text = (name: string): Buffer => Buffer.alloc(chunk, `${name} is easy to compress. `);

/** Text, zeros, noise, text again, and half a chunk of text. */
const content = Buffer.concat([text("one"), Buffer.alloc(chunk), randomBytes(chunk), text("two"), text("three").subarray(0, chunk / 2)]);

async function write(store: ChunkStore, blobId: BlobId, key?: BlobKey): Promise<void> {
  await using writer = await store.create(blobId, { key });
  await writer.write(0, content);
  await writer.commit({ lengthBytes: content.length });
}

async function framesOf(store: ChunkStore, blobId: BlobId): Promise<readonly BlobFrame[]> {
  await using blob = await store.open(blobId);
  return await Array.fromAsync(blob.frames?.() ?? []);
}

it("gives chunks out as they are stored: frames, or the content where it does not shrink, and nothing for zeros", async () => {
  await using folder = await temporaryFolder();
  const files = new Map<string, Uint8Array>();
  await using store = await openChunkStore(memoryBackend(files), folder.path, { workers: 1, chunkSizeBytes: chunk });
  await write(store, id);
  const frames = await framesOf(store, id);
  assert.deepEqual(
    frames.map(({ offset, length, form }) => [offset / chunk, length, form]),
    [
      [0, chunk, "zstd"],
      [2, chunk, "raw"],
      [3, chunk, "zstd"],
      [4, chunk / 2, "zstd"],
    ],
  );
  const packs = Buffer.concat([...files.values()]);
  for (const { offset, length, form, bytes } of frames) {
    assert.ok(packs.includes(bytes), "the very bytes of a pack");
    const plain = form === "zstd" ? zstdDecompressSync(bytes) : Buffer.from(bytes);
    assert.ok(plain.equals(content.subarray(offset, offset + length)));
  }
  await using blob = await store.open(id);
  assert.equal(blob.frameBytes, chunk);
});

it("gives no frames of a sealed blob", async () => {
  await using folder = await temporaryFolder();
  const key: BlobKey = { id: "1".repeat(32), secret: randomBytes(32), wrapped: Buffer.from("wrapped") };
  const options = { workers: 1, chunkSizeBytes: chunk, unwrapKey: async () => key.secret };
  await using store = await openChunkStore(memoryBackend(new Map()), folder.path, options);
  await write(store, sealed, key);
  await using blob = await store.open(sealed);
  assert.equal(blob.frameBytes, undefined);
  await assert.rejects(framesOf(store, sealed), (error) => isStoreError(error) && error.code === "store.keyUnavailable");
});

it("refuses a chunk that is damaged, as a read does", async () => {
  await using folder = await temporaryFolder();
  const files = new Map<string, Uint8Array>();
  await using store = await openChunkStore(memoryBackend(files), folder.path, { workers: 1, chunkSizeBytes: chunk });
  await write(store, id);
  const [first] = await framesOf(store, id);
  assert.ok(first);
  for (const [name, file] of files) {
    const at = Buffer.from(file.buffer, file.byteOffset, file.byteLength).indexOf(first.bytes);
    if (at >= 0) {
      const damaged = new Uint8Array(file);
      damaged[at + 20] = (damaged[at + 20] ?? 0) ^ 1;
      files.set(name, damaged);
    }
  }
  await assert.rejects(framesOf(store, id), (error) => isStoreError(error) && error.code === "store.damaged");
});
