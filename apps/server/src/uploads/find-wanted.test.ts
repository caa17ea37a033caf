import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { BlobStore, FoundChunk } from "@tintype/store/blob-store.ts";
import { inlineDigests } from "../adapters/digests/inline-digests.ts";
import { TransferWorld, principalOf } from "../testing/transfer-world.ts";
import { ChunkSearches } from "./chunk-searches.ts";
import { createUpload } from "./create-upload.ts";
import { findWanted } from "./find-wanted.ts";
import type { FindWantedDeps } from "./find-wanted.ts";
import { KnownChunks } from "./known-chunks.ts";
import { UploadWriters } from "./upload-writers.ts";

const chunkBytes = 4096;
const principal = principalOf("demo", "member", "reader");
const contents = ["a", "b"].map((letter) => Buffer.alloc(chunkBytes, letter));
const digests = contents.map((content) => createHash("sha256").update(content).digest("hex"));

/** A world with an image for every content, the last one the newest. */
async function openWorld(): Promise<TransferWorld> {
  const world = await TransferWorld.open({ chunkSizeBytes: chunkBytes });
  await world.addFile("demo", "files:there");
  for (const content of contents) {
    world.clock.advance(1000);
    await world.addImage("demo", content);
  }
  return world;
}

function depsOf(world: TransferWorld, store: BlobStore): FindWantedDeps {
  const files = { formatMatch: "required", digest: "sha512", locations: "shown" } as const;
  const uploads = { expireHours: 24, maxGiB: 1, perProject: 10 };
  const { catalog, stores, clock, ids, log, keys, ceilings, osLists, limits } = world;
  const parts = { catalog, stores, clock, ids, log, keys, ceilings, osLists, limits };
  return {
    ...parts,
    store,
    files,
    uploads,
    digests: inlineDigests(),
    writers: new UploadWriters(clock),
    known: new KnownChunks(),
    searches: new ChunkSearches(),
  };
}

async function begin(deps: FindWantedDeps): Promise<string> {
  const target = { kind: "object", bucket: "files", key: "key", contentType: "a/b" } as const;
  return (await createUpload(deps, principal, { target, lengthBytes: 2 * chunkBytes, metadata: "", body: undefined })).id;
}

test("what is not found within the bounds is wanted: of the blobs the newest are looked into", async () => {
  await using world = await openWorld();
  const deps = depsOf(world, world.store);
  const offered = { uploadId: await begin(deps), offsetBytes: 0, digests, signal: new AbortController().signal };
  const wanted = async (mostBlobs: number) => (await findWanted(deps, principal, offered, { mostBlobs, mostMs: 60_000 })).wanted;
  assert.deepEqual([await wanted(0), await wanted(1), await wanted(2)], [[0, 1], [0], []]);
});

test("a search that takes too long answers with what it found by then; who gave it up is not answered", async () => {
  await using world = await openWorld();
  const { store } = world;
  async function* findSlowly(
    ...[wanted, blobs, options]: Parameters<NonNullable<BlobStore["findChunks"]>>
  ): AsyncGenerator<FoundChunk, void, undefined> {
    for await (const found of store.findChunks?.(wanted, blobs, options) ?? []) {
      yield found;
      await new Promise((resolve) => options?.signal?.addEventListener("abort", resolve));
      options?.signal?.throwIfAborted();
    }
  }
  const slow = Object.create(store, {
    chunkSizeBytes: { value: store.chunkSizeBytes },
    findChunks: { value: findSlowly },
  }) as BlobStore; // that of the world, but for finding
  const deps = depsOf(world, slow);
  const stop = new AbortController();
  const offered = { uploadId: await begin(deps), offsetBytes: 0, digests, signal: stop.signal };
  assert.deepEqual((await findWanted(deps, principal, offered, { mostBlobs: 10, mostMs: 50 })).wanted, [0]);
  const searching = findWanted(deps, principal, offered, { mostBlobs: 10, mostMs: 60_000 });
  stop.abort(new Error("left"));
  await assert.rejects(searching, { message: "left" });
});
