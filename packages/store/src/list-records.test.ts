import assert from "node:assert/strict";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blobIdOf, compressibleFiller, filler } from "../test/filler.ts";
import { flipByte } from "../test/flip-byte.ts";
import { foundIn } from "../test/found-in.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { filesUnder, temporaryFolder } from "../test/temporary-folder.ts";
import { LocalBackend } from "./backend/local/local-backend.ts";
import type { BlobKey } from "./blob-store.ts";
import { listRecords } from "./list-records.ts";
import { openChunkStore } from "./open-chunk-store.ts";
import type { ChunkStoreOptions } from "./open-chunk-store.ts";
import type { ChunkStore } from "./store.ts";

const options = { chunkSizeBytes: 4096, packBytes: 32_768, workers: 1, cacheBytes: 0 };
const key: BlobKey = { id: "1".repeat(32), secret: filler("secret", 32), wrapped: filler("wrapped", 40) };
const [plain, sealed] = [blobIdOf("plain"), blobIdOf("sealed")];
const content = Buffer.concat([filler("a", 30_000), Buffer.alloc(20_000), compressibleFiller("b", 70_003)]);

/** Opens a store whose work folder is not the folder of its backend. */
async function open(root: string, work: string, more: ChunkStoreOptions = {}): Promise<ChunkStore> {
  const backend = await LocalBackend.open(root, { stagingDir: join(root, "tmp") });
  return openChunkStore(backend, work, { ...options, unwrapKey: async () => key.secret, ...more });
}

async function write(store: ChunkStore): Promise<void> {
  for (const [id, sealing, words] of [
    [plain, {}, "disk one"],
    [sealed, { key }, "disk two"],
  ] as const) {
    await using writer = await store.create(id, sealing);
    await writer.write(0, content);
    await writer.commit({ lengthBytes: content.length, record: { words } });
  }
}

describe("a store of which nothing but the backend's files is left", () => {
  it("opens with an empty work folder that takes it over: every blob reads, verifies, and is found by the next writer of its content", async () => {
    await using root = await temporaryFolder();
    await using work = await temporaryFolder();
    {
      await using store = await open(root.path, join(work.path, "first"));
      await write(store);
    }
    await rm(join(work.path, "first"), { recursive: true });
    await using store = await open(root.path, join(work.path, "second"), { takeOver: true });
    for (const id of [plain, sealed]) {
      assert.ok((await readBlob(store, id)).equals(content));
    }
    assert.deepEqual((await foundIn(store, { read: true })).damages, []);
    assert.equal((await writeBlob(store, blobIdOf("again"), content)).addedBytes, 0);
  });

  it("opens after the chunk index was deleted, with what else lay in the work folder", async () => {
    await using root = await temporaryFolder();
    await using work = await temporaryFolder();
    let totals: unknown;
    {
      await using store = await open(root.path, work.path);
      await write(store);
      totals = await store.stats();
    }
    for (const suffix of ["", "-wal", "-shm"]) {
      await rm(join(work.path, `index.sqlite${suffix}`), { force: true });
    }
    await using store = await open(root.path, work.path);
    assert.deepEqual(await store.stats(), totals);
    assert.ok((await readBlob(store, sealed)).equals(content));
    assert.deepEqual((await foundIn(store, { read: true })).damages, []);
  });
});

describe("the records of a store", () => {
  it("are read from manifests alone, without keys and without packs", async () => {
    await using root = await temporaryFolder();
    await using work = await temporaryFolder();
    {
      await using store = await open(root.path, work.path);
      await write(store);
    }
    await rename(join(root.path, "packs"), join(work.path, "packs"));
    const backend = await LocalBackend.open(root.path, { stagingDir: join(root.path, "tmp") });
    await using store = await openChunkStore(backend, work.path, options);
    const records = await Array.fromAsync(listRecords(store));
    assert.deepEqual(
      records.sort((a, b) => a.id.localeCompare(b.id)),
      [
        { id: plain, lengthBytes: content.length, record: { words: "disk one" }, keyId: undefined },
        { id: sealed, lengthBytes: content.length, record: { words: "disk two" }, keyId: key.id },
      ].sort((a, b) => a.id.localeCompare(b.id)),
    );
  });

  it("leave out nothing because one manifest is damaged", async () => {
    await using root = await temporaryFolder();
    await using work = await temporaryFolder();
    await using store = await open(root.path, work.path);
    await write(store);
    const manifest = (await filesUnder(root.path)).find((file) => file.includes(plain)) ?? "";
    await flipByte(join(root.path, manifest), 90);
    const records = new Map((await Array.fromAsync(listRecords(store))).map((record) => [record.id, record]));
    const damaged = records.get(plain);
    assert.ok(damaged !== undefined && "damage" in damaged && damaged.damage.includes(manifest));
    const whole = records.get(sealed);
    assert.ok(whole !== undefined && "record" in whole);
  });
});
