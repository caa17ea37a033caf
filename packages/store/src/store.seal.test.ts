import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { blobIdOf, compressibleFiller, filler } from "../test/filler.ts";
import { keyOf, unwrap } from "../test/keys.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { memoryBackend } from "./backend/memory/memory-backend.ts";
import type { BlobKey } from "./blob-store.ts";
import { openChunkStore } from "./open-chunk-store.ts";
import type { StoreOptions } from "./open-chunk-store.ts";
import { readPackIndex } from "./pack/read-pack-index.ts";
import type { ChunkStore } from "./store.ts";

const chunk = 4096;
const marker = "PLAINTEXT-MARKER-7f3a";
const [a, b, c] = [blobIdOf("a"), blobIdOf("b"), blobIdOf("c")];
// Marked at both ends of every chunk, once among noise, which is stored as it is, and once among text, which is compressed.
const content = Buffer.concat(
  [filler("noise", 6 * chunk), compressibleFiller("text", 6 * chunk), filler("tail", 77)].map((bytes) => {
    const marked = Buffer.from(bytes);
    for (let at = 0; at + marker.length <= marked.length; at += chunk) {
      marked.write(marker, at, "latin1");
    }
    return marked;
  }),
);

type Files = Map<string, Uint8Array>;

async function withStore(work: (store: ChunkStore, files: Files) => Promise<void>, options: StoreOptions = {}): Promise<void> {
  await using folder = await temporaryFolder();
  const files: Files = new Map();
  const all = { chunkSizeBytes: chunk, packBytes: 6 * chunk, workers: 1, unwrapKey: unwrap, ...options };
  await using store = await openChunkStore(memoryBackend(files), folder.path, all);
  await work(store, files);
}

/** Names of all chunks that a store's packs hold. */
async function chunkNames(files: Files): Promise<Set<string>> {
  const names = new Set<string>();
  for (const file of files.keys()) {
    const pack = /([0-9a-f]{32})\.pack$/.exec(file)?.[1];
    for (const { name } of pack === undefined ? [] : await readPackIndex(memoryBackend(files), pack)) {
      names.add(Buffer.from(name).toString("hex"));
    }
  }
  return names;
}

const holds = (files: Files, text: string): boolean => [...files.values()].some((bytes) => Buffer.from(bytes).includes(text, 0, "latin1"));

describe("a sealed blob", () => {
  it("R-164 leaves no plaintext on disk, nor names that tell what it holds, and reads back", () =>
    withStore(async (store, files) => {
      await writeBlob(store, a, content, keyOf("one"));
      assert.deepEqual(await readBlob(store, a), content);
      assert.equal(holds(files, marker), false);
      const sealed = await chunkNames(files);
      await writeBlob(store, b, content);
      assert.equal(holds(files, marker), true, "a plain blob has the marker, so that its absence means something");
      const all = await chunkNames(files);
      assert.equal(all.size, 2 * sealed.size);
    }));

  it("tells its key and the wrapped form, and needs neither the other key nor none", () =>
    withStore(async (store) => {
      const key = keyOf("one");
      await writeBlob(store, a, content, key);
      await writeBlob(store, b, content);
      await using blob = await store.open(a);
      assert.equal(blob.keyId, key.id);
      assert.deepEqual(blob.wrappedKey, new Uint8Array(key.wrapped));
      await using plain = await store.open(b);
      assert.deepEqual([plain.keyId, plain.wrappedKey], [undefined, undefined]);
    }));

  it("shares nothing with a blob of another key or of none, and everything with one of its own key", () =>
    withStore(async (store, files) => {
      const first = await writeBlob(store, a, content, keyOf("one"));
      const names = await chunkNames(files);
      const second = await writeBlob(store, b, content, keyOf("two"));
      assert.equal(second.addedBytes, first.addedBytes);
      assert.equal((await chunkNames(files)).size, 2 * names.size);
      assert.equal((await writeBlob(store, c, content, keyOf("one"))).addedBytes, 0);
      const plain = await writeBlob(store, blobIdOf("plain"), content);
      // Sealing costs 28 bytes a chunk, and does not apply to the list.
      assert.equal(plain.addedBytes, first.addedBytes - 28 * (names.size - 1));
      for (const id of [a, b, c]) {
        assert.deepEqual(await readBlob(store, id), content);
      }
    }));

  it("is refused without a way to unwrap, with another secret, with none, and with whatever unwrapping throws", async () => {
    await using folder = await temporaryFolder();
    const files: Files = new Map();
    const reopen = (unwrapKey?: StoreOptions["unwrapKey"]): Promise<ChunkStore> =>
      openChunkStore(memoryBackend(files), folder.path, { chunkSizeBytes: chunk, workers: 1, unwrapKey });
    {
      await using store = await reopen();
      await writeBlob(store, a, content, keyOf("one"));
      await assert.rejects(store.open(a), { code: "store.keyUnavailable", message: new RegExp(keyOf("one").id) });
      await assert.rejects(store.copy(a, b), { code: "store.keyUnavailable" });
    }
    {
      await using store = await reopen(async () => keyOf("two").secret);
      await assert.rejects(store.open(a), { code: "store.damaged", message: /not written with the key/ });
    }
    {
      await using store = await reopen(async () => new Uint8Array(31));
      await assert.rejects(store.open(a), { code: "store.keyUnavailable", message: /31 bytes instead of 32/ });
    }
    const disabled = Object.assign(new Error("The key is disabled."), { code: "KMS.0309" });
    {
      await using store = await reopen(async () => {
        throw disabled;
      });
      await assert.rejects(store.open(a), (error) => error === disabled);
      assert.equal(await store.has(a), true);
    }
    await using store = await reopen(unwrap);
    assert.deepEqual(await readBlob(store, a), content);
  });

  it("is unwrapped anew at every open, so that a disabled key opens nothing more and an enabled one works again", async () => {
    let enabled = true;
    const unwrapKey = async (wrapped: Uint8Array): Promise<Uint8Array> => {
      assert.ok(enabled, "disabled");
      return unwrap(wrapped);
    };
    await withStore(
      async (store) => {
        await writeBlob(store, a, content, keyOf("one"));
        await readBlob(store, a);
        enabled = false;
        await assert.rejects(store.open(a), /disabled/);
        enabled = true;
        assert.deepEqual(await readBlob(store, a), content);
      },
      { unwrapKey },
    );
  });

  it("refuses keys that cannot be one", () =>
    withStore(async (store) => {
      const key = keyOf("one");
      for (const wrong of [{ id: "" }, { secret: new Uint8Array(31) }, { wrapped: new Uint8Array(4097) }]) {
        await assert.rejects(store.create(a, { key: { ...key, ...wrong } }), TypeError);
      }
    }));
});

describe("a copy of a sealed blob", () => {
  it("has the same key, shares everything, and outlives the original", () =>
    withStore(async (store) => {
      const key = keyOf("one");
      await writeBlob(store, a, content, key);
      const { chunks } = await store.stats();
      await store.copy(a, b);
      assert.equal((await store.stats()).chunks, chunks);
      await store.remove(a);
      assert.deepEqual(await readBlob(store, b), content);
      await using copy = await store.open(b);
      assert.equal(copy.keyId, key.id);
    }));

  it("can be wrapped anew, and then is opened by the new wrapping alone", () => {
    const renewed = Buffer.from("wrapped by another master key");
    const key = keyOf("one");
    const unwrapKey = async (wrapped: Uint8Array): Promise<Uint8Array> => (renewed.equals(wrapped) ? key.secret : unwrap(wrapped));
    return withStore(
      async (store) => {
        await writeBlob(store, a, content, key);
        const seen: Uint8Array[] = [];
        await store.copy(a, b, {
          rewrap: async (secret) => {
            seen.push(secret.slice());
            return renewed;
          },
        });
        assert.deepEqual(seen, [new Uint8Array(key.secret)]);
        assert.deepEqual(await readBlob(store, b), content);
        await using copy = await store.open(b);
        assert.deepEqual([copy.keyId, copy.wrappedKey], [key.id, new Uint8Array(renewed)]);
        await assert.rejects(store.copy(a, c, { rewrap: async () => new Uint8Array(4097) }), TypeError);
        assert.equal(await store.has(c), false);
      },
      { unwrapKey },
    );
  });
});

describe("a store with a key of its own", () => {
  const storeKey: BlobKey = keyOf("store");

  it("seals blobs that have no key, shares their chunks, and needs no unwrapping for them", () =>
    withStore(
      async (store, files) => {
        await writeBlob(store, a, content);
        assert.equal(holds(files, marker), false);
        assert.equal((await writeBlob(store, b, content)).addedBytes, 0);
        assert.deepEqual(await readBlob(store, b), content);
        await writeBlob(store, c, content, keyOf("one"));
        await assert.rejects(store.open(c), { code: "store.keyUnavailable" });
        await store.copy(a, blobIdOf("copy"));
        assert.deepEqual(await readBlob(store, blobIdOf("copy")), content);
        await assert.rejects(store.copy(a, blobIdOf("other"), { rewrap: unwrap }), TypeError);
      },
      { storeKey, unwrapKey: undefined },
    ));
});
