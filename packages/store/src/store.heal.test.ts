import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { blobIdOf, filler } from "../test/filler.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { memoryBackend } from "./backend/memory/memory-backend.ts";
import type { BlobId } from "./blob-store.ts";
import { digestOf } from "./chunk/chunk-codec.ts";
import { openChunkStore } from "./open-chunk-store.ts";
import type { ChunkStore } from "./store.ts";

const chunk = 4096;
const [a, b, c] = [blobIdOf("a"), blobIdOf("b"), blobIdOf("c")];
const content = filler("content", 7 * chunk);

/** A store whose blob `a` lies in the one pack that is given. */
async function withStore(
  work: (store: ChunkStore, pack: string, files: Map<string, Uint8Array>) => Promise<void>,
  cacheBytes = 0,
): Promise<void> {
  await using folder = await temporaryFolder();
  const files = new Map<string, Uint8Array>();
  await using store = await openChunkStore(memoryBackend(files), folder.path, { chunkSizeBytes: chunk, workers: 1, cacheBytes });
  await writeBlob(store, a, content);
  await work(store, [...files.keys()].find((name) => name.startsWith("packs/")) ?? "", files);
}

/** Damages the first chunk in a pack, or makes it whole again. */
function flipFirstChunk(files: Map<string, Uint8Array>, pack: string): void {
  const bytes = files.get(pack) ?? new Uint8Array();
  bytes[100] = (bytes[100] ?? 0) ^ 1;
}

/** Whether each copy of a blob's first chunk is known to be damaged, the best first. */
function copies(store: ChunkStore): boolean[] {
  return store.parts.index.findForReading(digestOf(content.subarray(0, chunk))).map(({ damaged }) => damaged);
}

const rejectsDamaged = (store: ChunkStore, id: BlobId): Promise<void> => assert.rejects(readBlob(store, id), { code: "store.damaged" });

describe("a damaged chunk", () => {
  it("is noted when it is read, stored again by the next writer of its content, and then heals every blob", () =>
    withStore(async (store, pack, files) => {
      await store.copy(a, b);
      flipFirstChunk(files, pack);
      await rejectsDamaged(store, a);
      assert.deepEqual(copies(store), [true]);
      const { addedBytes } = await writeBlob(store, c, content);
      assert.equal(addedBytes, chunk);
      assert.deepEqual(copies(store), [false, true]);
      for (const id of [a, b, c]) {
        assert.deepEqual(await readBlob(store, id), content);
      }
    }));

  it("is read from another pack that has it, without a word", () =>
    withStore(async (store, pack, files) => {
      store.parts.index.setDamaged(digestOf(content.subarray(0, chunk)), pack.slice(-37, -5), true);
      await writeBlob(store, b, content);
      assert.deepEqual(copies(store), [false, true]);
      // Now the copy is damaged instead, which nobody has noted.
      const copy = [...files.keys()].find((name) => name.startsWith("packs/") && name !== pack) ?? "";
      flipFirstChunk(files, copy);
      assert.deepEqual(await readBlob(store, a), content);
      assert.deepEqual(copies(store), [false, true]);
    }));

  it("is no longer noted once it reads right again", () =>
    withStore(async (store, pack, files) => {
      flipFirstChunk(files, pack);
      await rejectsDamaged(store, a);
      flipFirstChunk(files, pack);
      assert.deepEqual(await readBlob(store, a), content);
      assert.deepEqual(copies(store), [false]);
    }));

  it("leaves the chunks alone that lie before the place where its pack was cut", () =>
    withStore(async (store, pack, files) => {
      // The list, which lies behind the chunks, is kept in memory from here on.
      await using blob = await store.open(a);
      await blob.read(0, 10);
      const whole = files.get(pack) ?? new Uint8Array();
      files.set(pack, whole.subarray(0, 32 + 3 * chunk));
      await assert.rejects(blob.read(0, content.length), { code: "store.damaged", message: /missing, or ends before it/ });
      const noted = [0, 1, 2, 3, 4, 5, 6].map(
        (number) => store.parts.index.findForReading(digestOf(content.subarray(number * chunk, (number + 1) * chunk)))[0]?.damaged,
      );
      assert.deepEqual(noted, [false, false, false, true, true, true, true]);
      assert.deepEqual(Buffer.from(await blob.read(0, 3 * chunk)), content.subarray(0, 3 * chunk));
    }, 1024 * 1024));
});
