import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { ImageId, ProjectId } from "../../ports/ids.ts";
import { plainImage } from "../../ports/testing/plain-image.ts";
import type { Tables } from "../sql/tables.ts";
import { openSqlite } from "./open-sqlite.ts";
import { sqliteCatalog } from "./sqlite-catalog.ts";

const [normal, full] = [1, 2];

async function safetyOf(database: Kysely<Tables>): Promise<number | undefined> {
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(database);
  return rows[0]?.synchronous;
}

async function withCatalog(work: (database: Kysely<Tables>, path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tintype-sqlite-catalog-"));
  try {
    const path = join(folder, "catalog.sqlite");
    const database = await openSqlite(path);
    try {
      await work(database, path);
    } finally {
      await database.destroy();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("what leads is all there or not at all, seen by others at once, and what follows is flushed as always", async () => {
  await withCatalog(async (database, path) => {
    const catalog = sqliteCatalog(database, path);
    const image = plainImage({ id: "i-1" as ImageId });
    assert.equal(
      await catalog.leadingTransaction(async ({ images }) => {
        await images.insert(image);
        return "made";
      }),
      "made",
    );
    assert.equal(await safetyOf(database), full);
    const refusal = new Error("no");
    const refused = catalog.leadingTransaction(async ({ images }) => {
      await images.insert(plainImage({ id: "i-2" as ImageId }));
      throw refusal;
    });
    await assert.rejects(refused, refusal);
    assert.equal(await safetyOf(database), full);
    const other = await openSqlite(path);
    try {
      const seen = sqliteCatalog(other, path).images;
      assert.deepEqual(await seen.get(image.id), image);
      assert.equal(await seen.get("i-2" as ImageId), undefined);
    } finally {
      await other.destroy();
    }
    await catalog.flush();
  });
});

test("an image that was not made after all is not counted, nor one that was not removed or moved", async () => {
  await withCatalog(async (database, path) => {
    const catalog = sqliteCatalog(database, path);
    const kept = plainImage({ id: "i-0" as ImageId });
    const { id, projectId } = kept;
    const elsewhere = "p-other" as ProjectId;
    await catalog.images.insert(kept);
    const refusal = new Error("no");
    for (const transaction of [catalog.transaction, catalog.leadingTransaction]) {
      const undone = transaction(async ({ images }) => {
        assert.equal(await images.insert(plainImage({ id: "i-1" as ImageId })), 2);
        assert.equal(await images.insert(plainImage({ id: "i-2" as ImageId })), 3);
        await images.remove("i-1" as ImageId, ["active"]);
        await images.update(id, { projectId: elsewhere, updatedAt: 1 });
        assert.deepEqual([await images.count(projectId), await images.count(elsewhere)], [1, 1]);
        throw refusal;
      });
      await assert.rejects(undone, refusal);
      assert.deepEqual([await catalog.images.count(projectId), await catalog.images.count(elsewhere)], [1, 0]);
    }
  });
});

test("while something leads, others wait, and are never flushed less than they ask for", async () => {
  await withCatalog(async (database, path) => {
    const catalog = sqliteCatalog(database, path);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const seen: (number | undefined)[] = [];
    const leading = catalog.leadingTransaction(async ({ images }) => {
      begin();
      await held;
      await images.insert(plainImage({ id: "i-1" as ImageId }));
    });
    await begun;
    const following = catalog.transaction(async () => undefined).then(async () => void seen.push(await safetyOf(database)));
    release();
    await Promise.all([leading, following]);
    assert.deepEqual(seen, [full]);
    assert.notEqual(normal, full);
  });
});
