import assert from "node:assert/strict";
import type { JobKindFixture } from "@tintype/jobs/testing/job-kind-checks.ts";
import { test } from "node:test";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { instantTimers } from "@tintype/jobs/testing/instant-timers.ts";
import { testJobKind } from "@tintype/jobs/testing/job-kind-suite.ts";
import type { Json } from "@tintype/jobs/job-record.ts";
import type { NamedStores } from "../ports/named-stores.ts";
import { fullStores } from "../testing/full-stores.ts";
import { TransferWorld, sampleDisk } from "../testing/transfer-world.ts";
import type { StoreCopy } from "./import-work.ts";
import { storeCopyJob } from "./store-copy-job.ts";

const content = sampleDisk(3);

/** A copy of an image of two disks that was asked for and not yet run. */
async function openFixture({
  mustSucceed,
  full = [],
}: {
  readonly mustSucceed: boolean;
  readonly full?: readonly string[];
}): Promise<JobKindFixture> {
  const world = await TransferWorld.open({ moreStores: ["far", "near"] });
  const { catalog, clock, log } = world;
  const stores = fullStores(world.stores, new Set(full));
  const image = await world.addImage("p", content);
  const [first] = (await world.addImage("p", sampleDisk(1))).disks;
  const [disk] = image.disks;
  assert.ok(first && disk);
  const disks = [disk, first];
  await catalog.images.update(image.id, { disks, updatedAt: 1 });
  const names = ["far", "near"];
  const work: StoreCopy = {
    imageId: image.id,
    imageName: image.name,
    method: { name: "copy-image" },
    stores: names,
    mustSucceed,
    disks,
    bearer: { userId: "u", agencyId: null },
    requestId: "req-1",
    type: "api_image_import",
  };
  const isIn = async (name: string): Promise<boolean> => {
    const held = await Promise.all(disks.map(async ({ blobId }) => world.stores.find(name)?.blobs.has(blobId)));
    return held.some(Boolean);
  };
  return {
    kind: () => storeCopyJob({ catalog, stores, clock, log }),
    input: work as unknown as Json,
    projectId: "p",
    subjectId: image.id,
    // What an image says of itself must be so. Stores that it says it is in are no leftovers where each counts for itself.
    async leftovers() {
      const told = (await catalog.images.get(image.id))?.stores ?? [];
      const kept = mustSucceed ? ["main"] : told;
      const things: string[] = [];
      for (const name of [...names, "main"]) {
        if ((await isIn(name)) !== kept.includes(name)) {
          things.push(`${name} has ${kept.includes(name) ? "nothing" : "something"}`);
        }
      }
      return [...things, ...(mustSucceed && told.length > 1 ? [`the image says ${told.join()}`] : [])];
    },
    async verify(job) {
      const expected = ["main", ...names].filter((name) => !full.includes(name));
      const copied = await catalog.images.get(image.id);
      assert.equal(copied?.status, "active");
      assert.deepEqual(copied.stores.toSorted(), expected.toSorted());
      assert.deepEqual(job.result, { imageId: image.id, failed: full });
      for (const { blobId } of disks) {
        assert.deepEqual([...(await world.stores.holding(blobId))].toSorted(), expected.toSorted());
      }
      assert.ok(Buffer.from(await world.readBlob(disk.blobId)).equals(content));
      assert.ok(job.progress.totalBytes > 0 && job.progress.doneBytes === job.progress.totalBytes);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

testJobKind("a copy of an image to stores that must all succeed", () => openFixture({ mustSucceed: true }));
testJobKind("a copy of an image to stores that need not all succeed", () => openFixture({ mustSucceed: false, full: ["far"] }));

for (const mustSucceed of [true, false]) {
  test(`an image that is deleted while it is copied leaves nothing in any store${mustSucceed ? "" : ", also where not all must succeed"}`, async () => {
    await using world = await TransferWorld.open({ moreStores: ["far", "near"] });
    const { catalog, clock, log } = world;
    const image = await world.addImage("p", content);
    const stores: NamedStores = {
      ...world.stores,
      replicate: async (id, to, run) => {
        await world.stores.replicate(id, to, run);
        if (to === "near") {
          // Whoever deletes it removes its blobs from every store; this copy comes a moment later.
          await catalog.images.remove(image.id, ["active"]);
          for (const name of ["main", "far"]) {
            await world.stores.find(name)?.blobs.remove(id);
          }
        }
      },
    };
    const { id: imageId, name: imageName, disks } = image;
    const bearer = { userId: "u", agencyId: null };
    const asked = { method: { name: "copy-image" as const }, bearer, requestId: "req-1", type: "api_image_import" as const };
    const work: StoreCopy = { imageId, imageName, stores: ["far", "near"], mustSucceed, disks, ...asked };
    const job = newJob({
      id: world.ids.hex32(),
      kind: "image_store_copy",
      projectId: "p",
      input: work as unknown as Json,
      now: clock.now(),
    });
    await catalog.jobs.insert(job);
    const kinds = [storeCopyJob({ catalog, stores, clock, log })];
    await using runner = createJobRunner({ records: catalog.jobs, kinds, clock, timers: instantTimers(), maxConcurrent: 1 });
    runner.dispatch(job.id);
    const { status, error } = await runner.wait(job.id);
    assert.deepEqual([status, error?.code], ["failed", "image.gone"]);
    assert.deepEqual(await world.contents(), []);
  });
}

test("a copy that ends in vain takes nothing away from an image in the recycle bin that says it has it", async () => {
  await using world = await TransferWorld.open({ moreStores: ["far"] });
  const { catalog, clock, log, stores } = world;
  const { id: imageId, name: imageName, disks } = await world.addImage("p", content);
  const [disk] = disks;
  assert.ok(disk);
  await stores.replicate(disk.blobId, "far", { signal: new AbortController().signal, onProgress() {} });
  const removed = await catalog.images.remove(imageId, ["active"]);
  assert.ok(removed);
  await catalog.recycleBin.insert({ image: { ...removed, stores: ["main", "far"] }, deletedAt: 1, purgeAt: 2 });
  const asked = { method: { name: "copy-image" as const }, bearer: { userId: "u", agencyId: null }, requestId: "req-1" };
  const work: StoreCopy = { imageId, imageName, stores: ["far"], mustSucceed: true, disks, type: "api_image_import", ...asked };
  const input = work as unknown as Json;
  await storeCopyJob({ catalog, stores, clock, log }).onEnded?.(
    newJob({ id: "1", kind: "image_store_copy", projectId: "p", input, now: 1 }),
  );
  assert.deepEqual(await stores.holding(disk.blobId), ["main", "far"]);
});

test("a copy that failed before the image said anything of it leaves the image as it was", async () => {
  await using world = await TransferWorld.open({ moreStores: ["far"] });
  const { catalog, clock, log, stores } = world;
  const image = await world.addImage("p", content);
  const asked = { method: { name: "copy-image" as const }, bearer: { userId: "u", agencyId: null }, requestId: "req-1" };
  const { id: imageId, name: imageName, disks } = image;
  const work: StoreCopy = { imageId, imageName, stores: ["far"], mustSucceed: true, disks, type: "api_image_import", ...asked };
  const input = work as unknown as Json;
  clock.advance(1000);
  await storeCopyJob({ catalog, stores, clock, log }).onEnded?.(
    newJob({ id: "1", kind: "image_store_copy", projectId: "p", input, now: 1 }),
  );
  assert.deepEqual(await catalog.images.get(imageId), image);
});

test("a copy that ends in vain while its image is restored takes nothing away from it", async () => {
  await using world = await TransferWorld.open({ moreStores: ["far"] });
  const { catalog, clock, log, stores } = world;
  const image = await world.addImage("p", content, { stores: ["main", "far"] });
  const { id: imageId, name: imageName, disks } = image;
  const [disk] = disks;
  assert.ok(disk);
  await stores.replicate(disk.blobId, "far", { signal: new AbortController().signal, onProgress() {} });
  await catalog.images.remove(imageId, ["active"]);
  await catalog.recycleBin.insert({ image, deletedAt: 1, purgeAt: 2 });
  // Outside of a transaction, the image comes back once it was not found among the others.
  const get = async (id: typeof imageId) => {
    const found = await catalog.images.get(id);
    await catalog.recycleBin.remove(id);
    await catalog.images.insert(image);
    return found;
  };
  const restoring = { ...catalog, images: { ...catalog.images, get } };
  const asked = { method: { name: "copy-image" as const }, bearer: { userId: "u", agencyId: null }, requestId: "req-1" };
  const work: StoreCopy = { imageId, imageName, stores: ["far"], mustSucceed: false, disks, type: "api_image_import", ...asked };
  const input = work as unknown as Json;
  await storeCopyJob({ catalog: restoring, stores, clock, log }).onEnded?.(
    newJob({ id: "1", kind: "image_store_copy", projectId: "p", input, now: 1 }),
  );
  assert.deepEqual(await stores.holding(disk.blobId), ["main", "far"]);
});
