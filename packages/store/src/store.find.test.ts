import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { blobIdOf, filler } from "../test/filler.ts";
import { keyOf, unwrap } from "../test/keys.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { memoryBackend } from "./backend/memory/memory-backend.ts";
import type { BlobId, FoundChunk } from "./blob-store.ts";
import { chunksPerList } from "./manifest/manifest-format.ts";
import { openChunkStore } from "./open-chunk-store.ts";
import type { StoreOptions } from "./open-chunk-store.ts";
import type { ChunkStore } from "./store.ts";

const chunk = 4096;
const [a, b, c] = [blobIdOf("a"), blobIdOf("b"), blobIdOf("c")];

type Files = Map<string, Uint8Array>;

async function withStore(work: (store: ChunkStore, files: Files) => Promise<void>, options: StoreOptions = {}): Promise<void> {
  await using folder = await temporaryFolder();
  const files: Files = new Map();
  await using store = await openChunkStore(memoryBackend(files), folder.path, {
    chunkSizeBytes: chunk,
    workers: 1,
    unwrapKey: unwrap,
    ...options,
  });
  await work(store, files);
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();

/** Digests of the chunks that a content is cut into. */
function digestsOf(content: Uint8Array): readonly Uint8Array[] {
  const count = Math.ceil(content.length / chunk);
  return Array.from({ length: count }, (_, index) => sha256(content.subarray(index * chunk, (index + 1) * chunk)));
}

async function find(store: ChunkStore, digests: readonly Uint8Array[], blobs: readonly BlobId[]): Promise<FoundChunk[]> {
  return (await Array.fromAsync(store.findChunks(digests, blobs))).toSorted((one, other) => one.index - other.index);
}

describe("finding chunks by their digests", () => {
  it("tells where every chunk lies that a blob has, the short one at its end too", () =>
    withStore(async (store) => {
      const content = Buffer.concat([filler("one", 2 * chunk), Buffer.alloc(chunk), filler("two", chunk + 9)]);
      await writeBlob(store, a, content);
      const found = await find(store, [...digestsOf(content), sha256(Buffer.from("unknown"))], [a]);
      assert.deepEqual(
        found.map(({ index, offset, length }) => [index, offset, length]),
        [
          [0, 0, chunk],
          [1, chunk, chunk],
          [3, 3 * chunk, chunk],
          [4, 4 * chunk, 9],
        ],
      );
      for (const { index, blobId, offset, length } of found) {
        await using blob = await store.open(blobId);
        assert.deepEqual(sha256(await blob.read(offset, length)), digestsOf(content)[index]);
      }
    }));

  it("finds chunks behind the first list, each digest once, and digests that are asked for twice", () =>
    withStore(async (store) => {
      const far = filler("far", chunk);
      await using writer = await store.create(a);
      const offset = (chunksPerList + 5) * chunk;
      await writer.write(offset, Buffer.concat([far, far]));
      await writer.commit({ lengthBytes: offset + 3 * chunk });
      const found = await find(store, [sha256(far), sha256(far)], [a, a]);
      assert.deepEqual(
        found.map((one) => [one.index, one.offset]),
        [
          [0, offset],
          [1, offset],
        ],
      );
    }));

  it("looks into the given blobs alone, and takes no notice of those that are gone or damaged", () =>
    withStore(async (store, files) => {
      const [mine, other] = [filler("mine", 3 * chunk), filler("other", 3 * chunk)];
      await writeBlob(store, a, mine);
      await writeBlob(store, b, other);
      await writeBlob(store, c, other);
      assert.deepEqual(await find(store, digestsOf(other), [a]), []);
      await store.remove(b);
      const manifest = [...files.keys()].find((name) => name.includes(c)) ?? "";
      files.set(
        manifest,
        (files.get(manifest) ?? new Uint8Array()).map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
      );
      assert.deepEqual(await find(store, digestsOf(other), [b, c, a]), []);
      assert.equal((await find(store, digestsOf(mine), [b, c, a])).length, 3);
    }));

  it("asks for no more blobs once everything is found", () =>
    withStore(async (store) => {
      await writeBlob(store, a, filler("x", chunk));
      async function* blobs(): AsyncGenerator<BlobId> {
        yield a;
        assert.fail("Everything was found");
      }
      assert.equal((await Array.fromAsync(store.findChunks(digestsOf(filler("x", chunk)), blobs()))).length, 1);
      assert.deepEqual(await find(store, [], [a]), []);
    }));

  it("never finds what a blob with a key of its own holds", () =>
    withStore(async (store) => {
      const content = filler("secret", 2 * chunk);
      await writeBlob(store, a, content, keyOf("one"));
      assert.deepEqual(await find(store, digestsOf(content), [a]), []);
    }));

  it("finds what the store's own key seals, and what was there before it had one", async () => {
    await using folder = await temporaryFolder();
    const files: Files = new Map();
    const [before, after] = [filler("before", 2 * chunk), filler("after", 2 * chunk)];
    const open = (options: StoreOptions): Promise<ChunkStore> =>
      openChunkStore(memoryBackend(files), folder.path, { chunkSizeBytes: chunk, workers: 1, unwrapKey: unwrap, ...options });
    {
      await using store = await open({});
      await writeBlob(store, a, before);
    }
    await using store = await open({ storeKey: keyOf("store") });
    await writeBlob(store, b, after);
    await writeBlob(store, c, after, keyOf("one"));
    const found = await find(store, [...digestsOf(before), ...digestsOf(after)], [c, a, b]);
    assert.deepEqual(
      found.map(({ blobId }) => blobId),
      [a, a, b, b],
    );
    assert.deepEqual(await readBlob(store, b), after);
  });

  it("ends when its signal is given, and when the store is closed", () =>
    withStore(async (store) => {
      await writeBlob(store, a, filler("x", chunk));
      const stop = new AbortController();
      stop.abort(new Error("enough"));
      await assert.rejects(Array.fromAsync(store.findChunks([sha256(Buffer.alloc(1))], [a], { signal: stop.signal })), {
        message: "enough",
      });
      const found = store.findChunks([sha256(Buffer.alloc(1))], [a]);
      await store[Symbol.asyncDispose]();
      await assert.rejects(Array.fromAsync(found), { code: "store.closed" });
    }));
});
