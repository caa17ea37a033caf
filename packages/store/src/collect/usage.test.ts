import assert from "node:assert/strict";
import { it } from "node:test";
import { neededNames } from "../../test/chunk-names.ts";
import { blobIdOf, compressibleFiller, filler } from "../../test/filler.ts";
import { writeBlob } from "../../test/read-back.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import type { BlobId } from "../blob-store.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import type { ChunkStore } from "../store.ts";

const chunk = 4096;
const shared = filler("shared", 5 * chunk);
const contents = new Map<BlobId, { group: string; content: Buffer }>([
  [blobIdOf("a"), { group: "red", content: Buffer.concat([shared, filler("a", 9 * chunk)]) }],
  [blobIdOf("b"), { group: "red", content: Buffer.concat([filler("b", 100), Buffer.alloc(chunk), compressibleFiller("b", 4 * chunk)]) }],
  [blobIdOf("c"), { group: "blue", content: Buffer.concat([filler("c", 3 * chunk), shared]) }],
  [blobIdOf("d"), { group: "blue", content: Buffer.alloc(40 * chunk) }],
  [blobIdOf("twin"), { group: "green", content: Buffer.concat([filler("c", 3 * chunk), shared]) }],
]);
const groupOf = (id: BlobId): string => contents.get(id)?.group ?? "none";

async function withStore(work: (store: ChunkStore) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await using store = await openChunkStore(memoryBackend(), folder.path, { chunkSizeBytes: chunk, packBytes: 8 * chunk, workers: 1 });
  for (const [id, { content }] of contents) {
    await writeBlob(store, id, content);
  }
  await work(store);
}

/** Stored bytes of chunks, by name. */
function weightOf(store: ChunkStore, names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + (store.parts.index.findForReading(Buffer.from(name, "hex"))[0]?.storedLength ?? 0), 0);
}

const namesOf = (ids: Iterable<BlobId>): Set<string> =>
  new Set(
    neededNames(
      [...ids].map((id) => contents.get(id)?.content ?? shared),
      chunk,
    ),
  );

it("tells logical, stored and unique bytes, in all and by group", () =>
  withStore(async (store) => {
    await writeBlob(store, blobIdOf("gone"), filler("gone", 20 * chunk));
    await store.remove(blobIdOf("gone"));
    const { groups, ...totals } = await store.usage({ groupOf });
    const all = namesOf(contents.keys());
    const { packs, chunks, storedBytes } = await store.stats();
    const logicalBytes = [...contents.values()].reduce((sum, { content }) => sum + content.length, 0);
    assert.deepEqual(totals, { blobs: 5, logicalBytes, storedBytes, uniqueBytes: weightOf(store, all), chunks, packs });
    assert.ok(totals.storedBytes > totals.uniqueBytes + 20 * chunk);
    for (const group of ["red", "blue", "green"]) {
      const ids = [...contents.keys()].filter((id) => groupOf(id) === group);
      const others = namesOf([...contents.keys()].filter((id) => groupOf(id) !== group));
      assert.deepEqual(groups.get(group), {
        blobs: ids.length,
        logicalBytes: ids.reduce((sum, id) => sum + (contents.get(id)?.content.length ?? 0), 0),
        storedBytes: weightOf(store, namesOf(ids)),
        uniqueBytes: weightOf(store, namesOf(ids).difference(others)),
      });
    }
    assert.equal(groups.size, 3);
    assert.equal(groups.get("green")?.uniqueBytes, 0);
  }));

it("foretells what removing a blob frees", () =>
  withStore(async (store) => {
    for (const id of contents.keys()) {
      const foretold = await store.uniqueBytesOf(id);
      const { uniqueBytes: before } = await store.usage({ groupOf });
      await store.remove(id);
      const { uniqueBytes: after } = await store.usage({ groupOf });
      assert.equal(foretold, before - after, id);
    }
    await assert.rejects(store.uniqueBytesOf(blobIdOf("a")), { code: "store.notFound" });
  }));
