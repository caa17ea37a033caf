import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeTimers } from "@tintype/jobs/testing/fake-timers.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import { TransferWorld, sampleDisk } from "../testing/transfer-world.ts";
import { chunkStoreUpkeep } from "./chunk-store-upkeep.ts";
import { retryRemovals } from "./retry-removals.ts";
import { startUpkeepSchedule } from "./upkeep-schedule.ts";

/** A world in which the blobs of two images were to be removed while one of its stores was out of reach; they are in no image any more. */
async function openWorld() {
  const world = await TransferWorld.open({ moreStores: ["far"] });
  const far = world.stores.find("far")?.blobs;
  assert.ok(far);
  const blobIds: BlobId[] = [];
  for (const blocks of [1, 2]) {
    const image = await world.addImage("p", sampleDisk(blocks));
    for (const { blobId } of image.disks) {
      await world.stores.replicate(blobId, "far", { signal: new AbortController().signal, onProgress() {} });
      blobIds.push(blobId);
    }
    await world.catalog.images.remove(image.id, ["active"]);
  }
  await world.catalog.removals.note(blobIds, world.clock.now());
  const remove = far.remove.bind(far);
  const state = { isAway: true };
  Reflect.set(far, "remove", async (id: BlobId) => {
    if (state.isAway) {
      throw new StoreError("store.io", "The store cannot be reached.");
    }
    await remove(id);
  });
  await releaseBlobs(world, blobIds);
  return Object.assign(world, { far, state, blobIds });
}

test("what a store that was out of reach failed to remove goes while the service runs, once the store is back", async () => {
  await using world = await openWorld();
  const timers = new FakeTimers();
  const copies = { make: async (name: string) => name, list: async () => [], remove: async () => {} };
  const { catalog, store, stores, clock, log, state } = world;
  const upkeep = chunkStoreUpkeep({ stores, catalog, clock, copies, keep: 1, graceMs: 0 });
  const deps = { catalog, store, stores, clock, log, copies, keep: 1, graceMs: 0, upkeep, timers, metrics: { observeScrub() {} } };
  await using _schedule = startUpkeepSchedule(deps, { collectHours: 0, scrubMiBPerMinute: 0, backupHours: 0 });
  assert.deepEqual(await Array.fromAsync(world.mainStore.list()), [], "the other store keeps nothing");
  world.clock.advance(600_000);
  await timers.advance(600_000);
  while (world.errors.length < 2) {
    await timers.settle();
  }
  assert.equal((await Array.fromAsync(world.far.list())).length, 2);
  state.isAway = false;
  world.clock.advance(600_000);
  await timers.advance(600_000);
  while ((await catalog.removals.noted(10)).length > 0) {
    await timers.settle();
  }
  assert.deepEqual(await world.contents(), []);
});

test("what is being written, and noted for the case that it comes to nothing, is left alone", async () => {
  await using world = await openWorld();
  world.state.isAway = false;
  world.clock.advance(30_000);
  const image = await world.addImage("p", sampleDisk(1));
  const written = image.disks.map(({ blobId }) => blobId);
  await world.catalog.removals.note(written, world.clock.now());
  assert.equal(await retryRemovals(world), 2);
  assert.deepEqual(await Array.fromAsync(world.store.list()), written);
  assert.deepEqual(await world.catalog.removals.noted(10), written);
});

test("a blob that a task names goes only when the task is over: until then it may write it again", async () => {
  await using world = await openWorld();
  world.state.isAway = false;
  world.clock.advance(30_000);
  const [named] = world.blobIds;
  assert.ok(named);
  const now = world.clock.now();
  await world.catalog.jobs.insert(newJob({ id: "1", kind: "import", projectId: "p", input: { work: { blobId: named } }, now }));
  for (let number = 0; number < 150; number += 1) {
    await world.catalog.jobs.insert(newJob({ id: `x${number}`, kind: "import", projectId: "p", input: null, now: now + 1 }));
  }
  assert.equal(await retryRemovals(world), 1);
  assert.deepEqual(await Array.fromAsync(world.far.list()), [named]);
  await world.catalog.jobs.update("1", ["queued"], { status: "cancelled" });
  assert.equal(await retryRemovals(world), 1);
  assert.deepEqual(await Array.fromAsync(world.far.list()), []);
  assert.deepEqual(await world.catalog.removals.noted(10), []);
});

test("one blob that cannot be removed keeps no others, and is told", async () => {
  await using world = await openWorld();
  world.state.isAway = false;
  world.clock.advance(30_000);
  const [first] = world.blobIds;
  const remove = world.mainStore.remove.bind(world.mainStore);
  Reflect.set(world.mainStore, "remove", async (id: BlobId) => {
    if (id === first) {
      throw new StoreError("store.damaged", "It is damaged.");
    }
    await remove(id);
  });
  await assert.rejects(retryRemovals(world), { code: "store.damaged" });
  assert.deepEqual(await world.catalog.removals.failed(10), [first]);
});
