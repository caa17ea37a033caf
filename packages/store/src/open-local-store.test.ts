import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blobIdOf, filler } from "../test/filler.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { WorkerPool } from "./chunk/worker-pool.ts";
import { openLocalStore } from "./open-local-store.ts";
import { ChunkStore } from "./store.ts";

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
    const storeKey = { id: "no id", secret: filler("secret", 32), wrapped: Buffer.alloc(0) };
    await assert.rejects(openLocalStore(folder.path, { storeKey }), TypeError);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it("gives the folder free when opening fails", async () => {
    await using folder = await temporaryFolder();
    {
      await using store = await openLocalStore(folder.path);
      await writeBlob(store, blobIdOf("x"), filler("x", 10));
    }
    const packs = join(folder.path, "packs");
    await rename(packs, `${packs}-away`);
    await writeFile(packs, "");
    await assert.rejects(openLocalStore(folder.path), { code: "store.io" });
    await rm(packs);
    await (await openLocalStore(folder.path))[Symbol.asyncDispose]();
  });

  it("counts chunks with their lists, packs and stored bytes", async () => {
    await using folder = await temporaryFolder();
    await using store = await openLocalStore(folder.path, { chunkSizeBytes: 4096 });
    assert.deepEqual(await store.stats(), { packs: 0, chunks: 0, storedBytes: 0, unreadablePacks: 0 });
    await writeBlob(store, blobIdOf("x"), filler("x", 3 * 4096));
    assert.deepEqual(await store.stats(), { packs: 1, chunks: 4, storedBytes: 3 * 4096 + 96, unreadablePacks: 0 });
  });

  it("keeps the chunk size that the store was created with", async () => {
    await using folder = await temporaryFolder();
    const root = join(folder.path, "some", "where");
    await (await openLocalStore(root, { chunkSizeBytes: 8192 }))[Symbol.asyncDispose]();
    assert.deepEqual((await readdir(root)).sort(), ["format", "index.sqlite", "lock", "tmp"]);
    await using store = await openLocalStore(root, { chunkSizeBytes: 4096 });
    assert.deepEqual(store.parts.format, { chunkSizeBytes: 8192 });
  });

  it("accepts a folder that is half created: locked, with tmp, without the file that says what it is", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "lock"), "");
    await mkdir(join(folder.path, "tmp"));
    await writeFile(join(folder.path, "tmp", "half.new"), "{");
    await using store = await openLocalStore(folder.path);
    await writeBlob(store, blobIdOf("x"), filler("x", 10));
  });

  it("refuses a folder that holds something else, or a store of another version, and leaves it untouched", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "tmp"));
    await writeFile(join(folder.path, "tmp", "precious"), "");
    const cases: [string, string, RegExp][] = [
      ["letters.txt", "", /holds "letters.txt": it is no blob store/],
      ["packs", "", /a store without its format file: copy that file from where the store came from/],
      ["FORMAT", '{"format":"tintype-store","version":1,"chunkSizeBytes":4096}\n', /holds a store of version 1/],
      ["format", '{"format":"tintype-store","version":3,"chunkSizeBytes":4096}\n', /is of version 3, this release knows version 2/],
    ];
    for (const [name, text, message] of cases) {
      await writeFile(join(folder.path, name), text);
      await assert.rejects(openLocalStore(folder.path), { code: "store.badFormat", message });
      assert.deepEqual((await readdir(folder.path, { recursive: true })).sort(), [name, "tmp", "tmp/precious"]);
      await rm(join(folder.path, name));
    }
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
      await blob[Symbol.asyncDispose]();
      setImmediate(gc);`;
    const url = new URL("./open-local-store.ts", import.meta.url).href;
    const args = ["--disable-warning=ExperimentalWarning", "--expose-gc", "--input-type=module", "-e", program, url, folder.path];
    const child = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 });
    assert.deepEqual([child.stderr, child.status, child.stdout], ["", 0, "content\n"]);
  });
});

it("rejects a write, and aborts cleanly, when the threads die", async () => {
  await using root = await temporaryFolder();
  const dying = new URL("data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',()=>process.exit(1))");
  const { parts } = await openLocalStore(root.path, { chunkSizeBytes: 4096, chunksInFlight: 4 });
  await using store = new ChunkStore({ ...parts, workers: new WorkerPool(dying, 2) });
  const writer = await store.create(blobIdOf("x"));
  const writing = async (): Promise<void> => {
    await writer.write(0, filler("x", 50 * 4096));
    await writer.commit({ lengthBytes: 50 * 4096 });
  };
  await assert.rejects(writing(), { code: "store.io", message: /thread that processes chunks stopped unexpectedly/ });
  await writer.abort();
  assert.deepEqual(await readdir(join(root.path, "tmp")), []);
});
