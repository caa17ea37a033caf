import assert from "node:assert/strict";
import { test } from "node:test";
import type { Piece } from "@tintype/disk/core/disk-writer.ts";
import { ObsWorld } from "../testing/obs-world.ts";
import { openObject } from "./open-object.ts";
import { writeObject } from "./write-object.ts";

async function openWorld() {
  const world = await ObsWorld.open();
  const target = { projectId: world.user("member").projectId, bucket: "bucket", key: "export.qcow2" };
  await world.catalog.buckets.insertBucket({ name: "bucket", projectId: target.projectId, storageClass: "WARM", createdAt: 0 });
  return { world, target, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

function fileOf(totalBytes: number | undefined, ...pieces: readonly Piece[]) {
  return {
    totalBytes,
    async *pieces() {
      yield* pieces;
    },
  };
}

const piece = (offset: number, text: string) => ({ offset, bytes: Buffer.from(text) });

test("pieces become an object; what they leave out reads as zeros", async () => {
  await using bucketWorld = await openWorld();
  const { world, target } = bucketWorld;
  const released: number[] = [];
  const pieces = [piece(2, "ab"), { ...piece(6, "c"), release: () => void released.push(6) }];
  const object = await writeObject(world.services, target, fileOf(10, ...pieces));
  assert.match(object.etag, /^[0-9a-f]{32}-1$/);
  assert.equal(object.storageClass, "WARM");
  assert.deepEqual(released, [6]);
  await using opened = await openObject(world.services, target);
  assert.deepEqual(Buffer.from(await opened.source.read(0, 10)), Buffer.from("\0\0ab\0\0c\0\0\0"));
  assert.deepEqual(await world.leftovers("bucket"), [`blob ${object.parts[0]?.blobId}`, "object export.qcow2"]);
});

test("a file that does not know its length ends where its last piece ends", async () => {
  await using bucketWorld = await openWorld();
  const { world, target } = bucketWorld;
  const object = await writeObject(world.services, target, fileOf(undefined, piece(3, "abc")));
  assert.equal(object.lengthBytes, 6);
});

test("an object that is there is refused before anything is made", async () => {
  await using bucketWorld = await openWorld();
  const { world, target } = bucketWorld;
  await writeObject(world.services, target, fileOf(0));
  let asked = false;
  const file = {
    totalBytes: 1,
    async *pieces() {
      asked = true;
      yield piece(0, "x");
    },
  };
  await assert.rejects(writeObject(world.services, target, file), { code: "obs.ObjectAlreadyExists" });
  assert.equal(asked, false);
});

test("an object that comes in between is not replaced, and the export leaves nothing", async () => {
  await using bucketWorld = await openWorld();
  const { world, target } = bucketWorld;
  const file = {
    totalBytes: 1,
    async *pieces() {
      await writeObject(world.services, target, fileOf(3, piece(0, "old")));
      yield piece(0, "x");
    },
  };
  await assert.rejects(writeObject(world.services, target, file), { code: "obs.ObjectAlreadyExists" });
  await using opened = await openObject(world.services, target);
  assert.equal(Buffer.from(await opened.source.read(0, 3)).toString(), "old");
  assert.equal((await world.leftovers("bucket")).length, 2);
});

test("a failure or an abort in the middle leaves nothing", async () => {
  await using bucketWorld = await openWorld();
  const { world, target } = bucketWorld;
  const failing = {
    totalBytes: 10,
    async *pieces() {
      yield piece(0, "x");
      throw new Error("the source broke");
    },
  };
  await assert.rejects(writeObject(world.services, target, failing), /broke/);
  const controller = new AbortController();
  const aborted = {
    totalBytes: 10,
    async *pieces() {
      yield piece(0, "x");
      controller.abort(new Error("cancelled"));
      yield piece(1, "y");
    },
  };
  await assert.rejects(writeObject(world.services, { ...target, signal: controller.signal }, aborted), /cancelled/);
  assert.deepEqual(await world.leftovers("bucket"), []);
  assert.equal(world.store.openWriters, 0);
});

test("pieces that go back or leave the file are a mistake of the plan, and nothing is stored", async () => {
  await using bucketWorld = await openWorld();
  const { world, target } = bucketWorld;
  await assert.rejects(writeObject(world.services, target, fileOf(10, piece(5, "ab"), piece(6, "c"))), RangeError);
  await assert.rejects(writeObject(world.services, target, fileOf(10, piece(9, "ab"))), RangeError);
  assert.deepEqual(await world.leftovers("bucket"), []);
});

test("a bucket of another project, or none, is refused", async () => {
  await using bucketWorld = await openWorld();
  const { world, target } = bucketWorld;
  const { projectId } = world.user("stranger");
  await assert.rejects(writeObject(world.services, { ...target, projectId }, fileOf(0)), { code: "obs.NoSuchBucket" });
  await assert.rejects(writeObject(world.services, { ...target, bucket: "other" }, fileOf(0)), { code: "obs.NoSuchBucket" });
});
