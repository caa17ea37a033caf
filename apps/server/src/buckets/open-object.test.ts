import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { ObsWorld } from "../testing/obs-world.ts";
import { openObject } from "./open-object.ts";
import { writeObject } from "./write-object.ts";

async function openWorld() {
  const world = await ObsWorld.open();
  const target = { projectId: world.user("member").projectId, bucket: "bucket", key: "key" };
  await world.catalog.buckets.insertBucket({ name: "bucket", projectId: target.projectId, storageClass: "STANDARD", createdAt: 0 });
  const file = {
    totalBytes: 3,
    async *pieces() {
      yield { offset: 0, bytes: Buffer.from("abc") };
    },
  };
  return {
    world,
    target,
    object: await writeObject(world.services, target, file),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

test("an object that is replaced while it is being opened is opened as it is then", async () => {
  await using bucketWorld = await openWorld();
  const { world, target, object } = bucketWorld;
  const stale = { ...object, parts: [{ blobId: "0".repeat(32) as BlobId, lengthBytes: 3 }] };
  let looks = 0;
  const buckets = { ...world.catalog.buckets, object: async () => (looks++ === 0 ? stale : object) };
  await using opened = await openObject({ store: world.store, catalog: { ...world.catalog, buckets } }, target);
  assert.equal(Buffer.from(await opened.source.read(0, 3)).toString(), "abc");
  assert.equal(looks, 2);
});

test("an object whose blob is missing is our failure, not an endless search", async () => {
  await using bucketWorld = await openWorld();
  const { world, target, object } = bucketWorld;
  await world.store.remove(object.parts[0]?.blobId ?? ("" as BlobId));
  await assert.rejects(openObject(world.services, target), { code: "obs.InternalError" });
});

test("what does not exist, or belongs to another project, is not found", async () => {
  await using bucketWorld = await openWorld();
  const { world, target } = bucketWorld;
  await assert.rejects(openObject(world.services, { ...target, key: "other" }), { code: "obs.NoSuchKey" });
  const { projectId } = world.user("stranger");
  await assert.rejects(openObject(world.services, { ...target, projectId }), { code: "obs.NoSuchBucket" });
});
