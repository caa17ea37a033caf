import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blobIdOf, compressibleFiller, filler } from "../test/filler.ts";
import { keyOf, unwrap } from "../test/keys.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { memoryBackend } from "./backend/memory/memory-backend.ts";
import type { BlobKey } from "./blob-store.ts";
import { digestOf } from "./chunk/chunk-codec.ts";
import { openChunkStore } from "./open-chunk-store.ts";
import { packHeaderBytes } from "./pack/pack-format.ts";
import type { ChunkStore } from "./store.ts";
import { isStoreError } from "./store-error.ts";

const chunk = 4096;
const id = blobIdOf("blob");
// One chunk that stays as it is, one that is compressed, and a list with a hole: few bytes, so that every one can be tried.
const content = Buffer.concat([filler("a", 99), Buffer.alloc(2 * chunk - 99), compressibleFiller("b", chunk)]);

interface Tiny {
  readonly files: Map<string, Uint8Array>;
  readonly pack: Uint8Array;
  readonly manifest: Uint8Array;
  readonly indexPath: string;
  readonly reopen: () => Promise<ChunkStore>;
}

/** A closed store of one blob in one pack, whose files can be changed in memory. */
async function withTinyStore(key: BlobKey | undefined, work: (tiny: Tiny) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const files = new Map<string, Uint8Array>();
  const options = { chunkSizeBytes: chunk, workers: 1, cacheBytes: 0, unwrapKey: unwrap };
  const reopen = (): Promise<ChunkStore> => openChunkStore(memoryBackend(files), folder.path, options);
  {
    await using store = await reopen();
    await writeBlob(store, id, content, key);
  }
  const fileOf = (suffix: string): Uint8Array => [...files].find(([name]) => name.endsWith(suffix))?.[1] ?? new Uint8Array();
  assert.equal(files.size, 4, "format, owner, a pack and a manifest");
  const indexPath = join(folder.path, "index.sqlite");
  await work({ files, pack: fileOf(".pack"), manifest: fileOf(".manifest"), indexPath, reopen });
}

/** Reads the blob; false when `store.damaged` was told. Wrong bytes fail the test. */
async function readsRight(store: ChunkStore): Promise<boolean> {
  try {
    assert.ok((await readBlob(store, id)).equals(content));
    return true;
  } catch (error) {
    if (isStoreError(error) && error.code === "store.damaged") {
      return false;
    }
    throw error;
  }
}

function flip(bytes: Uint8Array, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
}

for (const [kind, key] of [
  ["plain", undefined],
  ["sealed", keyOf("one")],
] as const) {
  describe(`a tiny ${kind} store`, () => {
    it("tells of every single byte of a chunk, a list or a manifest that is flipped", () =>
      withTinyStore(key, async ({ pack, manifest, reopen }) => {
        await using store = await reopen();
        const indexOffset = Buffer.from(pack).readUInt32LE(pack.length - 48);
        for (let at = packHeaderBytes; at < indexOffset; at += 1) {
          flip(pack, at);
          assert.equal(await readsRight(store), false, `byte ${at} of the pack`);
          flip(pack, at);
        }
        for (let at = 0; at < manifest.length; at += 1) {
          flip(manifest, at);
          assert.equal(await readsRight(store), false, `byte ${at} of the manifest`);
          flip(manifest, at);
        }
        assert.ok(await readsRight(store));
      }));

    it("tells of every single byte of a pack's header, index or footer that is flipped, when the index must be rebuilt", () =>
      withTinyStore(key, async ({ pack, indexPath, reopen }) => {
        const indexOffset = Buffer.from(pack).readUInt32LE(pack.length - 48);
        for (let at = 0; at < pack.length; at += at === packHeaderBytes - 1 ? indexOffset - at : 1) {
          flip(pack, at);
          await rm(indexPath);
          {
            await using store = await reopen();
            assert.equal((await store.stats()).unreadablePacks, 1, `byte ${at}`);
            assert.equal(await readsRight(store), false, `byte ${at}`);
          }
          flip(pack, at);
        }
        await using store = await reopen();
        assert.ok(await readsRight(store));
      }));
  });
}

describe("a tampered sealed store", () => {
  it("refuses a manifest that was changed by someone who can compute checksums but has no key", () =>
    withTinyStore(keyOf("one"), async ({ manifest, reopen }) => {
      const original = manifest.slice();
      const listsAt = 72;
      for (const at of [48, listsAt, listsAt + 32, listsAt + 64]) {
        flip(manifest, at);
        const bytes = Buffer.from(manifest.buffer, manifest.byteOffset, manifest.length);
        const head = Buffer.concat([bytes.subarray(48, 56), bytes.subarray(12, 16), bytes.subarray(listsAt, listsAt + 32)]);
        digestOf(head).copy(bytes, bytes.length - 104);
        digestOf(bytes.subarray(0, -40)).copy(bytes, bytes.length - 40);
        await using store = await reopen();
        await assert.rejects(
          store.open(id),
          { code: "store.damaged", message: /not written with the key|JSON|header gives/ },
          `byte ${at}`,
        );
        manifest.set(original);
      }
      await using store = await reopen();
      assert.ok(await readsRight(store));
    }));

  it("refuses chunks that were swapped for others of the same key", async () => {
    await using folder = await temporaryFolder();
    const files = new Map<string, Uint8Array>();
    const options = { chunkSizeBytes: chunk, workers: 1, cacheBytes: 0, unwrapKey: unwrap };
    await using store = await openChunkStore(memoryBackend(files), folder.path, options);
    await writeBlob(store, id, filler("two chunks", 2 * chunk), keyOf("one"));
    const pack = [...files].find(([name]) => name.endsWith(".pack"))?.[1] ?? new Uint8Array();
    const stored = chunk + 28;
    const first = pack.slice(32, 32 + stored);
    pack.copyWithin(32, 32 + stored, 32 + 2 * stored);
    pack.set(first, 32 + stored);
    await assert.rejects(readBlob(store, id), { code: "store.damaged", message: /not those that were sealed/ });
  });
});
