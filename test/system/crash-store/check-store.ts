import assert from "node:assert/strict";
import { join } from "node:path";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import { neededNames, storedNames } from "../../../packages/store/test/chunk-names.ts";
import type { SealedContent } from "../../../packages/store/test/chunk-names.ts";
import { blobIdOf } from "../../../packages/store/test/filler.ts";
import { crashContent, crashKeyOf, crashOptions } from "./crash-content.ts";
import type { CrashBlob } from "./crash-content.ts";
import type { CrashModel } from "./crash-model.ts";
import { loseDatabase } from "./rebuild-once.ts";

/**
 * Opens a store whose process was cut off, and checks that it has everything that it must have and nothing else, before and after two
 * collections. Answers the blobs that are there.
 */
export async function checkStore(
  folder: string,
  model: CrashModel,
  { loseIndex }: { readonly loseIndex: boolean },
): Promise<Map<string, CrashBlob>> {
  if (loseIndex) {
    await loseDatabase(join(folder, "index.sqlite"));
  }
  await using store = await openLocalStore(folder, crashOptions);
  await checkVerified(store);
  const there = await blobsThere(store, model);
  await checkContents(store, there);
  await store.collect({ graceMs: 0, now: 0, compactFrom: 0 });
  await store.collect({ graceMs: 0, now: 0, compactFrom: 0 });
  const needed = neededNames([...there.values()].map(contentToName), crashOptions.chunkSizeBytes);
  assert.deepEqual(await storedNames(store.parts.backend), needed, "the packs hold what blobs need, and nothing else");
  await checkContents(store, there);
  await checkVerified(store);
  return there;
}

function contentToName({ content: word, key: keyWord }: CrashBlob): Uint8Array | SealedContent {
  const [content, key] = [crashContent(word), crashKeyOf(keyWord)];
  return key === undefined ? content : { content, key };
}

async function checkVerified(store: ChunkStore): Promise<void> {
  assert.deepEqual(await Array.fromAsync(store.verify({ read: true })), []);
}

/** Blobs that are there, which must be those that the model is sure of, and may be those that it is not sure of. */
async function blobsThere(store: ChunkStore, { blobs }: CrashModel): Promise<Map<string, CrashBlob>> {
  const wordOf = new Map([...blobs.keys()].map((word) => [String(blobIdOf(word)), word]));
  const there = new Map<string, CrashBlob>();
  for await (const id of store.list()) {
    const word = wordOf.get(id);
    const known = word === undefined ? undefined : blobs.get(word);
    assert.ok(word !== undefined && known !== undefined, `blob ${id} was removed, or never written, and is there`);
    there.set(word, { content: known.content, key: known.key });
  }
  for (const [word, { isSure }] of blobs) {
    assert.ok(!isSure || there.has(word), `blob ${word} was acknowledged and is lost`);
  }
  return there;
}

async function checkContents(store: ChunkStore, there: ReadonlyMap<string, CrashBlob>): Promise<void> {
  for (const [word, { content, key }] of there) {
    await using blob = await store.open(blobIdOf(word));
    assert.equal(blob.keyId, crashKeyOf(key)?.id, `blob ${word} has another key`);
    assert.ok(crashContent(content).equals(await blob.read(0, blob.lengthBytes)), `blob ${word} differs`);
  }
}
