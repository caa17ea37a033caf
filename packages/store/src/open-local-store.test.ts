import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blobIdOf, filler } from "../test/filler.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { ChunkCache } from "./chunk/chunk-cache.ts";
import { ChunkSlots } from "./chunk/chunk-slots.ts";
import { WorkerPool } from "./chunk/worker-pool.ts";
import { ChunkIndex } from "./chunk-index/chunk-index.ts";
import { StoreFolder } from "./folder/store-folder.ts";
import { LocalBlobStore } from "./local-blob-store.ts";
import { openLocalStore } from "./open-local-store.ts";

describe("opening a local store", () => {
  it("is refused while another store is open on the folder, and works once that is closed", async () => {
    await using folder = await temporaryFolder();
    {
      await using store = await openLocalStore(folder.path);
      await assert.rejects(openLocalStore(folder.path), {
        code: "store.locked",
        message: new RegExp(`in use by process ${process.pid}\\.`),
      });
      await writeBlob(store, blobIdOf("x"), filler("x", 1000));
    }
    await using store = await openLocalStore(folder.path);
    assert.ok((await readBlob(store, blobIdOf("x"))).equals(filler("x", 1000)));
  });

  it("refuses impossible options", async () => {
    await using folder = await temporaryFolder();
    for (const options of [
      { chunkSizeBytes: 5000 },
      { chunkSizeBytes: 8 * 1024 * 1024 },
      { workers: 0 },
      { chunksInFlight: 0 },
      { cacheBytes: -1 },
      { packBytes: 2 ** 31 },
    ]) {
      await assert.rejects(openLocalStore(folder.path, options), RangeError);
    }
    assert.deepEqual(await readdir(folder.path), []);
  });

  it("gives the folder free when opening fails", async () => {
    await using folder = await temporaryFolder();
    await (await openLocalStore(folder.path))[Symbol.asyncDispose]();
    const packs = join(folder.path, "packs");
    await rename(packs, `${packs}-away`);
    await writeFile(packs, "");
    await assert.rejects(openLocalStore(folder.path), { code: "store.io" });
    await rm(packs);
    await (await openLocalStore(folder.path))[Symbol.asyncDispose]();
  });

  it("counts chunks, packs and stored bytes", async () => {
    await using folder = await temporaryFolder();
    await using store = await openLocalStore(folder.path, { chunkSizeBytes: 4096 });
    assert.deepEqual(await store.stats(), { packs: 0, chunks: 0, storedBytes: 0, unreadablePacks: 0 });
    await writeBlob(store, blobIdOf("x"), filler("x", 3 * 4096));
    assert.deepEqual(await store.stats(), { packs: 1, chunks: 3, storedBytes: 3 * 4096, unreadablePacks: 0 });
  });

  it("does not keep a process alive that forgot to close it", async () => {
    await using folder = await temporaryFolder();
    const program = `
      const { openLocalStore } = await import(process.argv[1]);
      const store = await openLocalStore(process.argv[2]);
      const writer = await store.create("a".repeat(32));
      await writer.write(0, Buffer.from("content"));
      await writer.commit({ lengthBytes: 7 });
      const blob = await store.open("a".repeat(32));
      console.log(Buffer.from(await blob.read(0, 7)).toString());
      await blob[Symbol.asyncDispose]();`;
    const url = new URL("./open-local-store.ts", import.meta.url).href;
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program, url, folder.path];
    const child = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 });
    assert.deepEqual([child.status, child.stdout], [0, "content\n"]);
  });
});

it("rejects a write, and aborts cleanly, when the threads die", async () => {
  await using root = await temporaryFolder();
  const folder = await StoreFolder.open(root.path, { chunkSizeBytes: 4096 });
  const dying = new URL("data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',()=>process.exit(1))");
  await using store = new LocalBlobStore({
    folder,
    index: ChunkIndex.open(folder.indexPath),
    workers: new WorkerPool(dying, 2),
    slots: new ChunkSlots(4096, 4),
    cache: new ChunkCache(0),
    packBytes: 100_000,
  });
  const writer = await store.create(blobIdOf("x"));
  const writing = async (): Promise<void> => {
    await writer.write(0, filler("x", 50 * 4096));
    await writer.commit({ lengthBytes: 50 * 4096 });
  };
  await assert.rejects(writing(), { code: "store.io", message: /thread that processes chunks stopped unexpectedly/ });
  await writer.abort();
  assert.deepEqual(await readdir(join(root.path, "tmp")), []);
});
