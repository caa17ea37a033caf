import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ProjectId } from "./ids.ts";
import type { ResumableUpload, UploadCatalog, UploadedPart, UploadPlace } from "./upload-catalog.ts";

const mine = "p-mine" as ProjectId;
const tebibyte = 2 ** 40;

function anUpload(fields: Partial<ResumableUpload> = {}): ResumableUpload {
  return {
    id: "u1",
    projectId: mine,
    target: { kind: "object", bucket: "bucket", key: "ключ/1", contentType: "text/plain" },
    lengthBytes: 5 * tebibyte,
    offsetBytes: 0,
    metadata: "bucket YnVja2V0,empty",
    createdAt: 1_700_000_000_123,
    expiresAt: 1_700_000_100_123,
    isComplete: false,
    ...fields,
  };
}

function aPart(digit: string, offsetBytes: number, lengthBytes: number): UploadedPart {
  return { blobId: digit.repeat(32) as BlobId, offsetBytes, lengthBytes };
}

/** What every catalog of resumable uploads does. `open` answers an empty one. */
export function uploadCatalogContract(open: () => Promise<UploadCatalog>): void {
  uploadsContract(open);
  partsContract(open);
  endContract(open);
}

async function openWith(open: () => Promise<UploadCatalog>, fields: Partial<ResumableUpload> = {}): Promise<UploadCatalog> {
  const catalog = await open();
  await catalog.insert(anUpload(fields));
  return catalog;
}

function uploadsContract(open: () => Promise<UploadCatalog>): void {
  test("an upload comes back as it went in, whatever its target", async () => {
    const catalog = await openWith(open);
    const toImage = anUpload({ id: "u2", target: { kind: "image", imageId: "i1" }, lengthBytes: undefined, metadata: "" });
    await catalog.insert(toImage);
    assert.deepEqual(await catalog.get("u1"), anUpload());
    assert.deepEqual(await catalog.get("u2"), toImage);
    assert.equal(await catalog.get("U1"), undefined);
  });

  test("the unfinished uploads of a project are counted, and no others", async () => {
    const catalog = await openWith(open);
    await catalog.insert(anUpload({ id: "u2" }));
    await catalog.insert(anUpload({ id: "u3", projectId: "p-other" as ProjectId }));
    await catalog.complete("u2", { offsetBytes: 0, lengthBytes: 0, expiresAt: 1 });
    assert.equal(await catalog.countUnfinished(mine), 1);
  });

  test("the unfinished uploads of a project are listed, newest first, a page at a time, and the complete ones likewise", async () => {
    const catalog = await openWith(open, { createdAt: 5 });
    await catalog.insert(anUpload({ id: "u2", createdAt: 7 }));
    await catalog.insert(anUpload({ id: "u3", createdAt: 5 }));
    await catalog.insert(anUpload({ id: "u4", createdAt: 9, expiresAt: 20 }));
    await catalog.insert(anUpload({ id: "u5", projectId: "p-other" as ProjectId }));
    await catalog.insert(anUpload({ id: "u6" }));
    await catalog.complete("u6", { offsetBytes: 0, lengthBytes: 0, expiresAt: 1_700_000_100_123 });
    const list = async (limit: number, after?: UploadPlace) =>
      (await catalog.list(mine, { isComplete: false, now: 20, limit, after })).map(({ id }) => id);
    assert.deepEqual(await list(10), ["u2", "u3", "u1"]);
    assert.deepEqual(await list(1), ["u2"]);
    assert.deepEqual(await list(2, { createdAt: 7, id: "u2" }), ["u3", "u1"]);
    assert.deepEqual(await list(2, { createdAt: 5, id: "u3" }), ["u1"]);
    assert.deepEqual(
      (await catalog.list(mine, { isComplete: false, now: 19, limit: 1 }))[0],
      anUpload({ id: "u4", createdAt: 9, expiresAt: 20 }),
    );
    const complete = await catalog.list(mine, { isComplete: true, now: 20, limit: 10 });
    assert.deepEqual(
      complete.map(({ id, isComplete }) => [id, isComplete]),
      [["u6", true]],
    );
  });

  test("a length is said once, and never one that lies behind what came", async () => {
    const catalog = await openWith(open, { lengthBytes: undefined });
    await catalog.append("u1", aPart("a", 0, 10), 5);
    assert.equal(await catalog.setLength("u1", 9), undefined);
    assert.equal((await catalog.setLength("u1", 10))?.lengthBytes, 10);
    assert.equal(await catalog.setLength("u1", 10), undefined);
    assert.equal(await catalog.setLength("u2", 10), undefined);
  });
}

function partsContract(open: () => Promise<UploadCatalog>): void {
  test("parts are added where the upload stands, and nowhere else", async () => {
    const catalog = await openWith(open);
    const [first, second] = [aPart("a", 0, 3 * tebibyte), aPart("b", 3 * tebibyte, 1)];
    assert.deepEqual(await catalog.append("u1", first, 7), anUpload({ offsetBytes: 3 * tebibyte, expiresAt: 7 }));
    assert.equal(await catalog.append("u1", first, 8), undefined);
    assert.equal(await catalog.append("u1", aPart("c", 3 * tebibyte + 1, 1), 8), undefined);
    assert.equal(await catalog.append("u2", first, 8), undefined);
    await catalog.append("u1", second, 9);
    assert.deepEqual(await catalog.parts("u1"), [first, second]);
    assert.deepEqual(await catalog.get("u1"), anUpload({ offsetBytes: 3 * tebibyte + 1, expiresAt: 9 }));
  });

  test("one part takes the place of several that cover the same bytes", async () => {
    const catalog = await openWith(open);
    const parts = [aPart("a", 0, 4), aPart("b", 4, 2), aPart("c", 6, 1), aPart("d", 7, 9)];
    for (const part of parts) {
      await catalog.append("u1", part, 7);
    }
    const merged = aPart("e", 4, 3);
    assert.deepEqual(await catalog.replaceParts("u1", merged), parts.slice(1, 3));
    assert.deepEqual(await catalog.parts("u1"), [parts[0], merged, parts[3]]);
    assert.equal((await catalog.get("u1"))?.offsetBytes, 16);
  });

  test("a part that covers other bytes takes nobody's place", async () => {
    const catalog = await openWith(open);
    const parts = [aPart("a", 0, 4), aPart("b", 4, 2)];
    for (const part of parts) {
      await catalog.append("u1", part, 7);
    }
    for (const [offset, length] of [
      [1, 5],
      [0, 5],
      [0, 7],
      [4, 1],
      [6, 1],
    ] as const) {
      assert.equal(await catalog.replaceParts("u1", aPart("e", offset, length)), undefined);
    }
    assert.deepEqual(await catalog.parts("u1"), parts);
  });
}

function endContract(open: () => Promise<UploadCatalog>): void {
  test("a complete upload has its length, takes nothing any more, and has given its parts away", async () => {
    const catalog = await openWith(open);
    const part = aPart("a", 0, 4);
    await catalog.append("u1", part, 7);
    assert.equal(await catalog.complete("u1", { offsetBytes: 3, lengthBytes: 3, expiresAt: 9 }), undefined);
    assert.deepEqual(await catalog.complete("u1", { offsetBytes: 4, lengthBytes: 6, expiresAt: 9 }), [part]);
    assert.deepEqual(await catalog.get("u1"), anUpload({ offsetBytes: 6, lengthBytes: 6, expiresAt: 9, isComplete: true }));
    assert.deepEqual(await catalog.parts("u1"), []);
    assert.equal(await catalog.append("u1", aPart("b", 6, 1), 9), undefined);
    assert.equal(await catalog.complete("u1", { offsetBytes: 6, lengthBytes: 6, expiresAt: 9 }), undefined);
  });

  test("what is due is found at its instant, the first due first", async () => {
    const catalog = await openWith(open, { expiresAt: 20 });
    await catalog.insert(anUpload({ id: "u2", expiresAt: 10 }));
    await catalog.insert(anUpload({ id: "u3", expiresAt: 30 }));
    const due = async (now: number, limit: number) => (await catalog.expired(now, limit)).map(({ id }) => id);
    assert.deepEqual(await due(9, 10), []);
    assert.deepEqual(await due(20, 10), ["u2", "u1"]);
    assert.deepEqual(await due(30, 1), ["u2"]);
  });

  test("a removed upload is gone with its parts, and those of no other", async () => {
    const catalog = await openWith(open);
    await catalog.insert(anUpload({ id: "u2" }));
    await catalog.append("u1", aPart("a", 0, 4), 7);
    await catalog.append("u2", aPart("b", 0, 4), 7);
    assert.deepEqual(await catalog.remove("u1"), [aPart("a", 0, 4)]);
    assert.equal(await catalog.get("u1"), undefined);
    assert.equal(await catalog.remove("u1"), undefined);
    assert.deepEqual(await catalog.parts("u1"), []);
    assert.deepEqual(await catalog.parts("u2"), [aPart("b", 0, 4)]);
  });
}
