import assert from "node:assert/strict";
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
  assert.deepEqual({ ...report, unreadable: report.unreadable.length }, { addedImages: 1, keptImages: 1, otherBlobs: 0, unreadable: 1 });
  assert.match(report.unreadable[0] ?? "", new RegExp(odd));
  const back = await images.get(lost.id);
  assert.deepEqual(back, { ...lost, disks: [{ ...lost.disks[0], dataBytes: "lost".length }] });
  assert.equal((await images.get(edited.id))?.name, "renamed");
  assert.deepEqual((await rebuildCatalog(world)).addedImages, 0);
});
