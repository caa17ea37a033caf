import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import { FileServer, noise } from "./image-files-setup.ts";
import { ended, importImage } from "./import-setup.ts";
import { administrator } from "./ims-server.ts";

const file = noise(300_000);

/** A server with three stores, and an image that says that it lies in these. */
async function openWith(stores: readonly string[]): Promise<FileServer & { readonly id: ImageId }> {
  const files = await FileServer.open({ moreStores: ["far", "near"] });
  const id = await files.declare("raw");
  assert.equal((await files.put(id, file)).status, 204);
  const others = stores.filter((name) => name !== "main");
  if (others.length > 0) {
    assert.equal((await importImage(files, id, { name: "copy-image" }, { stores: others }, administrator)).statusCode, 202);
    assert.equal((await ended(files, id)).status, "succeeded");
  }
  return Object.assign(files, { id });
}

/** Answers the status: 204, or 403 where it would be in no store then. */
async function remove({ server, id }: Awaited<ReturnType<typeof openWith>>, store: string): Promise<number> {
  return (await server.call("DELETE", `/image/v2/stores/${store}/${id}`, undefined, administrator)).statusCode;
}

/** Takes the bytes of an image away from a store behind its back. */
async function lose(files: Awaited<ReturnType<typeof openWith>>, store: string): Promise<void> {
  const [disk] = (await files.image(files.id)).disks;
  assert.ok(disk);
  await files.server.world.stores.find(store)?.blobs.remove(disk.blobId);
}

/** What the image says, once it was seen that this is so. */
async function places(files: Awaited<ReturnType<typeof openWith>>): Promise<readonly string[]> {
  const { disks, stores } = await files.image(files.id);
  for (const { blobId } of disks) {
    assert.deepEqual(await files.server.world.stores.holding(blobId), stores);
  }
  assert.ok((await files.get(files.id)).bytes.equals(file));
  return stores;
}

/** Lets whatever can go on go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) {
    await setImmediate();
  }
}

test("a copy to a store that the image is just being taken out of comes after that, and is there", async () => {
  await using files = await openWith(["main", "far"]);
  const far = files.server.world.stores.find("far")?.blobs;
  assert.ok(far);
  const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const removeBlob = far.remove.bind(far);
  Reflect.set(far, "remove", async (...args: Parameters<typeof removeBlob>) => {
    reached.resolve();
    await gate.promise;
    await removeBlob(...args);
  });
  const removing = remove(files, "far");
  await reached.promise;
  const copying = importImage(files, files.id, { name: "copy-image" }, { stores: ["far"] }, administrator);
  await settle();
  gate.resolve();
  assert.equal(await removing, 204);
  assert.equal((await copying).statusCode, 202);
  assert.equal((await ended(files, files.id)).status, "succeeded");
  assert.deepEqual(await places(files), ["main", "far"]);
});

test("two calls at once take an image out of no two stores that alone hold it, whatever it says of a third one", async () => {
  await using files = await openWith(["main", "far", "near"]);
  await lose(files, "near");
  const answers = await Promise.all([remove(files, "main"), remove(files, "far")]);
  assert.deepEqual(new Set(answers), new Set([204, 403]));
  assert.ok((await files.get(files.id)).bytes.equals(file));
});

test("an image stays in a store while the other stores that it names have lost it, whatever lies elsewhere", async () => {
  await using files = await openWith(["main", "far", "near"]);
  await files.server.world.catalog.images.update(files.id, { stores: ["main", "far"], updatedAt: 1 });
  await lose(files, "far");
  assert.equal(await remove(files, "main"), 403);
  assert.ok((await files.get(files.id)).bytes.equals(file));
});

test("who reads an image goes on while it is taken out of the store that it is read from, and the store collects", async () => {
  await using files = await openWith(["main", "far"]);
  const { world } = files.server;
  const [disk] = (await files.image(files.id)).disks;
  assert.ok(disk);
  await using blob = await world.store.open(disk.blobId);
  const half = file.length / 2;
  const begun = (await blob.read(0, half)).slice();
  assert.equal(await remove(files, "main"), 204);
  await world.mainStore.collect({ graceMs: 0, now: world.clock.now() + 1 });
  const rest = await blob.read(half, file.length - half);
  assert.ok(Buffer.concat([begun, rest]).equals(file));
  assert.deepEqual(await places(files), ["far"]);
});
