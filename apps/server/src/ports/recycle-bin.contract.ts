import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateError } from "./catalog.ts";
import type { Catalog } from "./catalog.ts";
import type { ImageId, ProjectId } from "./ids.ts";
import type { PublicImageChange } from "./public-image-changes.ts";
import type { RecycledImage } from "./recycle-bin.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { plainImage } from "./testing/plain-image.ts";

/** What every adapter of the recycle bin and of the log of public images does. */
export function recycleBinContract(open: () => Promise<Pick<Catalog, "recycleBin" | "publicImageChanges">>): void {
  test("a recycled image comes back as it was, once", async () => {
    const { recycleBin } = await open();
    const recycled = aRecycled("i-1", {});
    await recycleBin.insert(recycled);
    assert.deepEqual(await recycleBin.get(recycled.image.id), recycled);
    await assert.rejects(recycleBin.insert(recycled), DuplicateError);
    assert.deepEqual(await recycleBin.remove(recycled.image.id), recycled);
    assert.equal(await recycleBin.remove(recycled.image.id), undefined);
    assert.equal(await recycleBin.get(recycled.image.id), undefined);
  });

  test("the bin is listed by project, the last deleted first, page by page", async () => {
    const { recycleBin } = await open();
    for (const [id, deletedAt, projectId] of [
      ["i-1", 5, "p"],
      ["i-2", 7, "p"],
      ["i-3", 7, "q"],
      ["i-4", 7, "p"],
    ] as const) {
      await recycleBin.insert(aRecycled(id, { deletedAt, projectId }));
    }
    const ids = async (...list: Parameters<typeof recycleBin.list>) => (await recycleBin.list(...list)).map(({ image }) => image.id);
    assert.deepEqual(await ids("p" as ProjectId, { limit: 9 }), ["i-4", "i-2", "i-1"]);
    assert.deepEqual(await ids("p" as ProjectId, { limit: 1, after: { deletedAt: 7, id: "i-4" } }), ["i-2"]);
    assert.deepEqual(await ids(undefined, { limit: 2 }), ["i-4", "i-3"]);
  });

  test("what is due is found at its instant, the first due first", async () => {
    const { recycleBin } = await open();
    for (const [id, purgeAt] of [
      ["i-1", 30],
      ["i-2", 10],
      ["i-3", 20],
    ] as const) {
      await recycleBin.insert(aRecycled(id, { purgeAt }));
    }
    const due = async (now: number, limit = 9) => (await recycleBin.expired(now, limit)).map(({ image }) => image.id);
    assert.deepEqual(await due(9), []);
    assert.deepEqual(await due(10), ["i-2"]);
    assert.deepEqual(await due(30), ["i-2", "i-3", "i-1"]);
    assert.deepEqual(await due(30, 1), ["i-2"]);
  });

  test("the log of public images is listed newest first, by architecture, page by page", async () => {
    const { publicImageChanges } = await open();
    const changes = [aChange("1", "x86"), aChange("2", "arm"), aChange("3", "x86")] as const;
    for (const change of changes) {
      await publicImageChanges.insert(change);
    }
    assert.deepEqual(await publicImageChanges.list({ limit: 9 }), changes.toReversed());
    assert.deepEqual(await publicImageChanges.list({ limit: 9, architecture: "arm" }), [changes[1]]);
    assert.deepEqual(await publicImageChanges.list({ limit: 1, before: "3" }), [changes[1]]);
  });
}

function aRecycled(id: string, fields: { deletedAt?: number; purgeAt?: number; projectId?: string }): RecycledImage {
  const { deletedAt = 1000, purgeAt = 2000, projectId = "p" } = fields;
  const image = plainImage({
    id: id as ImageId,
    projectId: projectId as ProjectId,
    disks: [{ blobId: "ab".repeat(16) as BlobId, virtualSizeBytes: 10, dataBytes: 5 }],
    tags: ["a=b"],
    properties: { free: "text" },
    activeAt: undefined,
    lineage: { fromMarket: true },
  });
  return { image, deletedAt, purgeAt };
}

function aChange(id: string, architecture: "x86" | "arm"): PublicImageChange {
  return { id, imageId: "i" as ImageId, change: "published", changedAt: 1, name: "n", platform: "p", osVersion: "v", architecture };
}
