import assert from "node:assert/strict";
import { test } from "node:test";
import { checkStoresHoldImages } from "./check-stores-hold-images.ts";
import { StartError } from "./start-error.ts";
import { TransferWorld } from "./testing/transfer-world.ts";

test("a store without anything is refused when images lie in it, and is fine when none do", async () => {
  await using world = await TransferWorld.open({ moreStores: ["far"] });
  const image = await world.addImage("p1", Buffer.from("content"), { name: "a" });
  await checkStoresHoldImages(world);
  await world.catalog.images.update(image.id, { stores: ["main", "far"], updatedAt: world.clock.now() });
  await assert.rejects(
    checkStoresHoldImages(world),
    (error) => error instanceof StartError && /^The store "far" .* is empty/.test(error.message),
  );
  const [disk] = image.disks;
  assert.ok(disk);
  await world.stores.replicate(disk.blobId, "far", { signal: new AbortController().signal, onProgress() {} });
  await checkStoresHoldImages(world);
});

test("the only store may be empty: what was lost with it is told by its images", async () => {
  await using world = await TransferWorld.open();
  const image = await world.addImage("p1", Buffer.from("content"), { name: "a" });
  const [disk] = image.disks;
  assert.ok(disk);
  await world.store.remove(disk.blobId);
  await checkStoresHoldImages(world);
});
