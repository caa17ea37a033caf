import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { imageBlobRecord } from "../images/image-blob-record.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import { TransferWorld } from "../testing/transfer-world.ts";
import { rebuildCatalog } from "./rebuild-catalog.ts";

/** An image whose manifest tells of it, as after an import. */
async function storedImage(world: TransferWorld, name: string): Promise<ImageRecord> {
  const image = await world.addImage("p1", Buffer.from(name), { name });
  const [disk] = image.disks;
  assert.ok(disk);
  await world.store.remove(disk.blobId);
  await using writer = await world.store.create(disk.blobId);
  await writer.write(0, Buffer.from(name));
  await writer.commit({ lengthBytes: name.length, record: imageBlobRecord(image) });
  return image;
}

test("images that the catalog lost come back from the store, others stay as they are", async () => {
  await using world = await TransferWorld.open();
  const { images } = world.catalog;
  const [lost, edited] = [await storedImage(world, "lost"), await storedImage(world, "edited")];
  await images.remove(lost.id, ["active"]);
  await images.update(edited.id, { name: "renamed", updatedAt: world.clock.now() });
  const odd = "0".repeat(32) as BlobId;
  await using writer = await world.store.create(odd);
  await writer.commit({ lengthBytes: 0, record: { kind: "image", image: { id: 7 } } });
  const report = await rebuildCatalog(world);
  assert.deepEqual(
    { ...report, unreadable: report.unreadable.length },
    { addedImages: 1, keptImages: 1, correctedStores: 0, otherBlobs: 0, unreadable: 1 },
  );
  assert.match(report.unreadable[0] ?? "", new RegExp(odd));
  const back = await images.get(lost.id);
  assert.deepEqual(back, { ...lost, disks: [{ ...lost.disks[0], dataBytes: "lost".length }] });
  assert.equal((await images.get(edited.id))?.name, "renamed");
  assert.deepEqual((await rebuildCatalog(world)).addedImages, 0);
});

test("an image that lies in several stores comes back as one, in all of them; what the catalog has is told where it lies", async () => {
  await using world = await TransferWorld.open({ moreStores: ["archive", "cold"] });
  const { images } = world.catalog;
  const run = { signal: new AbortController().signal, onProgress() {} };
  const names = ["lost", "moved", "edited"];
  const [lost, moved, edited] = await Promise.all(names.map((name) => storedImage(world, name)));
  const blobIdOf = (image: ImageRecord | undefined): BlobId => image?.disks[0]?.blobId as BlobId;
  await world.stores.replicate(blobIdOf(lost), "cold", run);
  await world.stores.replicate(blobIdOf(moved), "archive", run);
  await world.mainStore.remove(blobIdOf(moved));
  await world.stores.replicate(blobIdOf(edited), "archive", run);
  await images.remove(lost?.id ?? ("" as never), ["active"]);
  const report = await rebuildCatalog(world);
  assert.deepEqual(report, { addedImages: 1, keptImages: 2, correctedStores: 2, otherBlobs: 0, unreadable: [] });
  const storesOf = async (image: ImageRecord | undefined) => (await images.get(image?.id ?? ("" as never)))?.stores;
  assert.deepEqual(await storesOf(lost), ["main", "cold"]);
  assert.deepEqual(await storesOf(moved), ["archive"]);
  assert.deepEqual(await storesOf(edited), ["main", "archive"]);
  assert.equal((await images.get(edited?.id ?? ("" as never)))?.updatedAt, edited?.updatedAt);
  assert.deepEqual(
    { ...(await rebuildCatalog(world)) },
    { addedImages: 0, keptImages: 3, correctedStores: 0, otherBlobs: 0, unreadable: [] },
  );
});

test("an image whose manifest is damaged in one store comes back from another", async () => {
  await using world = await TransferWorld.open({ moreStores: ["archive"] });
  const image = await storedImage(world, "lost");
  const blobId = image.disks[0]?.blobId as BlobId;
  await world.stores.replicate(blobId, "archive", { signal: new AbortController().signal, onProgress() {} });
  await world.catalog.images.remove(image.id, ["active"]);
  await writeFile(join(world.folder, "store", "manifests", blobId.slice(0, 2), `${blobId}.manifest`), "no manifest");
  const { unreadable, ...report } = await rebuildCatalog(world);
  assert.deepEqual(report, { addedImages: 1, keptImages: 0, correctedStores: 0, otherBlobs: 0 });
  assert.equal(unreadable.length, 1);
  assert.deepEqual((await world.catalog.images.get(image.id))?.stores, ["archive"]);
});
