import assert from "node:assert/strict";
import { copyFile, open, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { blobIdOf, compressibleFiller, filler } from "../test/filler.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { filesUnder, temporaryFolder } from "../test/temporary-folder.ts";
import { openLocalStore } from "./open-local-store.ts";
import { packHeaderBytes } from "./pack/pack-format.ts";
import type { ChunkStore } from "./store.ts";
import { isStoreError } from "./store-error.ts";

const chunk = 4096;
const id = blobIdOf("blob");
const content = Buffer.concat([filler("a", 3 * chunk), Buffer.alloc(2 * chunk), compressibleFiller("b", 9 * chunk + 55)]);

interface Damaged {
  readonly root: string;
  readonly pack: string;
  readonly manifest: string;
}

const reopen = (root: string): Promise<ChunkStore> => openLocalStore(root, { chunkSizeBytes: chunk, workers: 1, cacheBytes: 0 });

/** A store that holds one blob in one pack, open without a cache, so that every read goes to the files. */
async function withOneBlob(work: (files: Damaged, store: ChunkStore) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await using store = await reopen(folder.path);
  await writeBlob(store, id, content);
  const files = await filesUnder(folder.path);
  const pathOf = (suffix: string): string => join(folder.path, files.find((file) => file.endsWith(suffix)) ?? "");
  await work({ root: folder.path, pack: pathOf(".pack"), manifest: pathOf(".manifest") }, store);
}

async function flip(path: string, offset: number, mask: number): Promise<void> {
  await using file = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  await file.write(Buffer.of((byte[0] ?? 0) ^ mask), 0, 1, offset);
}

/** Reads the blob, whole and in pieces, by a store that has nothing of it in memory; true when all of it came back right, false when `store.damaged` was told. */
async function readsRight(store: ChunkStore): Promise<boolean> {
  try {
    assert.ok((await readBlob(store, id)).equals(content));
    await using blob = await store.open(id);
    for (let offset = 0; offset < content.length; offset += 5000) {
      const length = Math.min(5000, content.length - offset);
      assert.ok(content.subarray(offset, offset + length).equals(await blob.read(offset, length)));
    }
    return true;
  } catch (error) {
    if (isStoreError(error) && error.code === "store.damaged") {
      return false;
    }
    throw error;
  }
}

describe("a damaged store", () => {
  it("reads a pack right again that was put back from a backup while the store is open, and finds one that went", () =>
    withOneBlob(async ({ root, pack }, store) => {
      const backup = join(root, "tmp", "backup");
      await copyFile(pack, backup);
      await flip(pack, packHeaderBytes, 1);
      assert.equal(await readsRight(store), false);
      await rename(backup, pack);
      assert.equal(await readsRight(store), true);
      assert.deepEqual(await Array.fromAsync(store.verify({ read: true })), []);
      await rename(pack, backup);
      assert.deepEqual(
        (await Array.fromAsync(store.verify({ read: true }))).map(({ severity, kind }) => `${severity} ${kind}`),
        ["damage pack"],
      );
      assert.equal(await readsRight(store), false);
      await rename(backup, pack);
      assert.equal(await readsRight(store), true);
    }));

  it("never gives wrong bytes when any byte of a pack is changed, and tells every change of a chunk", () =>
    withOneBlob(async ({ pack }, store) => {
      const bytes = await readFile(pack);
      const indexOffset = bytes.readUInt32LE(bytes.length - 48);
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (offset, mask) => {
          await flip(pack, offset, mask);
          const right = await readsRight(store);
          await flip(pack, offset, mask);
          // Header, index and footer of a pack are not needed while the chunk index knows its chunks.
          assert.equal(right, offset < packHeaderBytes || offset >= indexOffset);
        }),
        { numRuns: 150, seed: 11 },
      );
      assert.ok(await readsRight(store));
    }));

  it("tells every change of a manifest", () =>
    withOneBlob(async ({ manifest }, store) => {
      const { length } = await readFile(manifest);
      for (let offset = 0; offset < length; offset += 1) {
        await flip(manifest, offset, 1 << (offset % 8));
        assert.equal(await readsRight(store), false, `byte ${offset}`);
        await flip(manifest, offset, 1 << (offset % 8));
      }
      assert.ok(await readsRight(store));
    }));

  it("never gives wrong bytes when any byte of a pack is changed before the chunk index is rebuilt", () =>
    withOneBlob(async ({ root, pack }, store) => {
      await store[Symbol.asyncDispose]();
      const { length } = await readFile(pack);
      for (const offset of [0, 9, 16, 32, length >> 1, length - 500, length - 49, length - 48, length - 44, length - 40, length - 1]) {
        await flip(pack, offset, 0x10);
        await rm(join(root, "index.sqlite"));
        {
          await using opened = await reopen(root);
          assert.equal(await readsRight(opened), false, `byte ${offset}`);
        }
        await flip(pack, offset, 0x10);
      }
      await using opened = await reopen(root);
      assert.ok(await readsRight(opened));
      assert.equal((await opened.stats()).unreadablePacks, 0);
    }));

  it("names chunk, pack and offset in the message", () =>
    withOneBlob(async ({ pack }, store) => {
      await flip(pack, 32, 1);
      await assert.rejects(readBlob(store, id), (error) => {
        assert.ok(isStoreError(error));
        assert.match(
          error.message,
          /^Chunk [0-9a-f]{64} in packs\/.+\.pack \(folder .+\) at offset 32 is damaged: its bytes do not match its digest\./,
        );
        return error.message.includes(basename(pack)) && error.message.includes(dirname(dirname(dirname(pack))));
      });
    }));

  it("tells of a pack that was cut, and still reads what lies before the cut", () =>
    withOneBlob(async ({ root, pack }, store) => {
      await truncate(pack, 32 + chunk);
      assert.equal(await readsRight(store), false);
      await store[Symbol.asyncDispose]();
      await using opened = await reopen(root);
      assert.equal(await readsRight(opened), false);
    }));

  it("tells of a pack that is missing, and has the blob back once the pack is", () =>
    withOneBlob(async ({ root, pack }, store) => {
      const bytes = await readFile(pack);
      await rm(pack);
      // Nothing of this pack was read yet, so its file is not open.
      await assert.rejects(readBlob(store, id), { code: "store.damaged", message: /the pack is missing, or ends before it/ });
      await store[Symbol.asyncDispose]();
      {
        await using opened = await reopen(root);
        assert.equal(await readsRight(opened), false);
        assert.equal((await opened.stats()).chunks, 0);
      }
      await writeFile(pack, bytes);
      await using opened = await reopen(root);
      assert.ok(await readsRight(opened));
    }));

  it("stores chunks again whose pack is missing, which heals the blobs that need them", () =>
    withOneBlob(async ({ root, pack }, store) => {
      await store[Symbol.asyncDispose]();
      await rm(pack);
      await using opened = await reopen(root);
      await writeBlob(opened, blobIdOf("the same again"), content);
      assert.ok(await readsRight(opened));
    }));

  it("tells of a manifest that was cut or replaced by another blob's", () =>
    withOneBlob(async ({ manifest }, store) => {
      const bytes = await readFile(manifest);
      for (const length of [0, 1, 31, 32, 95, 128, bytes.length - 1]) {
        await writeFile(manifest, bytes.subarray(0, length));
        assert.equal(await readsRight(store), false, `${length} bytes`);
      }
      const other = blobIdOf("other");
      await writeBlob(store, other, content);
      const otherPath = manifest.replaceAll(id, other).replace(`manifests/${id.slice(0, 2)}`, `manifests/${other.slice(0, 2)}`);
      await writeFile(manifest, await readFile(otherPath));
      assert.equal(await readsRight(store), false);
    }));
});

describe("the chunk index", () => {
  it("is rebuilt from the packs when it is missing, empty, no database, or of another version", () =>
    withOneBlob(async ({ root }, store) => {
      const { chunks, storedBytes } = await store.stats();
      await store[Symbol.asyncDispose]();
      const index = join(root, "index.sqlite");
      for (const spoil of [
        () => rm(index),
        () => writeFile(index, ""),
        () => writeFile(index, filler("no database", 9000)),
        () => flip(index, 63, 4),
        // "The file is of a version that must not be written."
        () => flip(index, 18, 4),
      ]) {
        await spoil();
        await using opened = await reopen(root);
        assert.ok(await readsRight(opened));
        const stats = await opened.stats();
        assert.deepEqual([stats.chunks, stats.storedBytes], [chunks, storedBytes]);
        assert.equal((await writeBlob(opened, blobIdOf("again"), content)).addedBytes, 0);
        await opened.remove(blobIdOf("again"));
      }
    }));

  it("leaves alone what does not belong to the store", () =>
    withOneBlob(async ({ root, pack }, store) => {
      await store[Symbol.asyncDispose]();
      await writeFile(`${pack}.orig`, "");
      await writeFile(join(root, "packs", "README"), "");
      await using opened = await reopen(root);
      assert.ok(await readsRight(opened));
      assert.ok((await readdir(join(root, "packs"))).includes("README"));
    }));
});
