import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import { verifyStore } from "@tintype/store/verify/verify-store.ts";
import { neededNames, storedNames } from "../../../packages/store/test/chunk-names.ts";
import { blobIdOf } from "../../../packages/store/test/filler.ts";
import { readBlob } from "../../../packages/store/test/read-back.ts";
import { crashContent, crashOptions } from "./crash-content.ts";
import type { CrashModel } from "./crash-model.ts";

/**
 * Opens a store whose process was cut off, and checks that it has everything that it must have and nothing else, before and after two
 * collections. Answers the blobs that are there.
 */
export async function checkStore(
  folder: string,
  model: CrashModel,
  { loseIndex }: { readonly loseIndex: boolean },
): Promise<Map<string, string>> {
  if (loseIndex) {
    for (const suffix of ["", "-wal", "-shm"]) {
      await rm(join(folder, `index.sqlite${suffix}`), { force: true });
    }
  }
  await using store = await openLocalStore(folder, crashOptions);
  await checkVerified(store);
  const there = await blobsThere(store, model);
  await checkContents(store, there);
  await store.collect({ graceMs: 0, now: 0, compactFrom: 0 });
  await store.collect({ graceMs: 0, now: 0, compactFrom: 0 });
  const needed = neededNames([...there.values()].map(crashContent), crashOptions.chunkSizeBytes);
  assert.deepEqual(await storedNames(store.parts.backend), needed, "the packs hold what blobs need, and nothing else");
  await checkContents(store, there);
  await checkVerified(store);
  return there;
}

async function checkVerified(store: ChunkStore): Promise<void> {
  assert.deepEqual(await Array.fromAsync(verifyStore(store.parts, { read: true })), []);
}

/** Blobs that are there, which must be those that the model is sure of, and may be those that it is not sure of. */
async function blobsThere(store: ChunkStore, { blobs }: CrashModel): Promise<Map<string, string>> {
  const wordOf = new Map([...blobs.keys()].map((word) => [String(blobIdOf(word)), word]));
  const there = new Map<string, string>();
  for await (const id of store.list()) {
    const word = wordOf.get(id);
    assert.ok(word !== undefined, `blob ${id} was removed, or never written, and is there`);
    there.set(word, blobs.get(word)?.content ?? "");
  }
  for (const [word, { isSure }] of blobs) {
    assert.ok(!isSure || there.has(word), `blob ${word} was acknowledged and is lost`);
  }
  return there;
}

async function checkContents(store: ChunkStore, there: ReadonlyMap<string, string>): Promise<void> {
  for (const [word, content] of there) {
    assert.ok((await readBlob(store, blobIdOf(word))).equals(crashContent(content)), `blob ${word} differs`);
  }
}
