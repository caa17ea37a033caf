import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import { FileServer, noise } from "./image-files-setup.ts";
import { ended, importImage, imported, openPlace, readerFor } from "./import-setup.ts";
import type { Place } from "./import-setup.ts";

const file = noise(300_000);

/** A server with a store that cannot be reached, and a place to fetch from. */
async function withUnreachable(
  work: (files: FileServer, world: { readonly place: Place; readonly asked: () => number }) => Promise<void>,
): Promise<void> {
  await using place = await openPlace((_, response) => response.end(file));
  await using files = await FileServer.open({ moreStores: ["far"], urlReader: readerFor([place]) });
  const far = files.server.world.stores.find("far");
  assert.ok(far);
  let asked = 0;
  for (const operation of ["has", "open", "create", "copy", "remove"] as const) {
    Reflect.set(far.blobs, operation, async () => {
      asked += 1;
      throw new StoreError("store.io", "The store cannot be reached.");
    });
  }
  await work(files, { place, asked: () => asked });
}

/** Makes an image that waits for its file; nothing of it was ever stored. */
async function declared({ server }: FileServer): Promise<ImageId> {
  const answer = await server.call("POST", "/image/v2/images", { disk_format: "raw", container_format: "bare" });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json<{ id: ImageId }>().id;
}

async function assertIn(files: FileServer, id: ImageId, store: string): Promise<void> {
  const { status, stores } = await files.image(id);
  assert.deepEqual([status, stores], ["active", [store]]);
  assert.ok((await files.get(id)).bytes.equals(file));
}

test("images get their files in every way while a store that is not meant cannot be reached", async () => {
  await withUnreachable(async (files, { place }) => {
    const sent = await declared(files);
    assert.equal((await files.put(sent, file)).status, 204);
    await assertIn(files, sent, "main");
    const staged = await declared(files);
    assert.equal((await files.put(staged, file, undefined, "stage")).status, 204);
    assert.equal((await imported(files, staged, { name: "glance-direct" })).status, "success");
    await assertIn(files, staged, "main");
    const fetched = await declared(files);
    assert.equal((await imported(files, fetched, { name: "web-download", uri: place.url })).message, "Copied 0 MiB");
    await assertIn(files, fetched, "main");
    const either = await declared(files);
    const more = { stores: ["far", "main"], all_stores_must_succeed: false };
    assert.equal((await importImage(files, either, { name: "web-download", uri: place.url }, more)).statusCode, 202);
    assert.equal((await ended(files, either)).status, "succeeded");
    await assertIn(files, either, "main");
    const both = await declared(files);
    assert.equal((await importImage(files, both, { name: "web-download", uri: place.url }, { stores: ["far", "main"] })).statusCode, 202);
    assert.equal((await ended(files, both)).status, "failed");
    assert.equal((await files.image(both)).status, "queued");
  });
});

test("IMS imports and copies images while a store that is not meant cannot be reached", async () => {
  await withUnreachable(async ({ server }) => {
    await server.world.addFile("demo", "bucket:disk.raw", file);
    const job = await server.importFile({ name: "one", image_url: "bucket:disk.raw", min_disk: 40, os_version: "CentOS 7.6 64bit" });
    assert.equal(job.status, "succeeded", JSON.stringify(job.error));
    const [image] = await server.list("?name=one");
    const copy = await server.call("POST", `/v1/cloudimages/${String(image?.["id"])}/copy`, { name: "other" });
    assert.equal(copy.statusCode, 200, copy.body);
    assert.equal((await server.jobs.wait(copy.json<{ job_id: string }>().job_id)).status, "succeeded");
  });
});

test("once a store was found to be out of reach, nobody who sends or deletes a file waits for it for half a minute", async () => {
  await withUnreachable(async (files, { asked }) => {
    const [first, second] = [await declared(files), await declared(files)];
    assert.equal((await files.put(first, file)).status, 204);
    const before = asked();
    assert.equal((await files.put(second, file)).status, 204);
    for (const id of [first, second]) {
      assert.equal((await files.server.call("DELETE", `/image/v2/images/${id}`)).statusCode, 204);
    }
    assert.equal(asked(), before);
    const { catalog } = files.server.world;
    assert.ok((await catalog.removals.noted(100)).length > 0, "what could not be asked to forget stays noted");
    assert.deepEqual(await Array.fromAsync(files.server.world.mainStore.list()), []);
    files.server.world.clock.advance(30_000);
    const later = await declared(files);
    assert.equal((await files.put(later, file)).status, 204);
    assert.ok(asked() > before);
  });
});

test("a store that fails at the very end costs no image that may do without it, and is named", async () => {
  await using files = await FileServer.open({ moreStores: ["far"] });
  const far = files.server.world.stores.find("far");
  assert.ok(far);
  Reflect.set(far.blobs, "copy", () => Promise.reject(new StoreError("store.io", "The store cannot be reached.")));
  const [without, none] = [await declared(files), await declared(files)];
  for (const id of [without, none]) {
    assert.equal((await files.put(id, file, undefined, "stage")).status, 204);
  }
  const more = { all_stores: true, all_stores_must_succeed: false };
  assert.equal((await importImage(files, without, { name: "glance-direct" }, more)).statusCode, 202);
  assert.equal((await ended(files, without)).status, "succeeded");
  await assertIn(files, without, "main");
  const shown = (await files.server.call("GET", `/image/v2/images/${without}`)).json<Record<string, unknown>>();
  assert.deepEqual([shown["stores"], shown["os_glance_failed_import"]], ["main", "far"]);
  assert.equal((await importImage(files, none, { name: "glance-direct" }, { ...more, all_stores_must_succeed: true })).statusCode, 202);
  assert.equal((await ended(files, none)).status, "failed");
  assert.equal((await files.image(none)).status, "queued");
  const [disk] = (await files.image(without)).disks;
  assert.deepEqual(await Array.fromAsync(files.server.world.store.list()), [disk?.blobId]);
});
