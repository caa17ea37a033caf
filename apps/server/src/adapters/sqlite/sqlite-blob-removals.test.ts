import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { sqlBlobRemovals } from "../sql/sql-blob-removals.ts";
import { openSqlite } from "./open-sqlite.ts";

function blobIds(count: number): readonly BlobId[] {
  return Array.from({ length: count }, (_, number) => number.toString(16).padStart(32, "0") as BlobId);
}

test("noted blobs are listed oldest first, up to the limit", async () => {
  await using db = await openSqlite(":memory:");
  const removals = sqlBlobRemovals(db);
  const [a, b, c] = blobIds(3);
  assert.ok(a && b && c);
  await removals.note([c], 1);
  await removals.note([b, a], 2);
  assert.deepEqual(await removals.noted(10), [c, a, b]);
  assert.deepEqual(await removals.noted(2), [c, a]);
});

test("a blob noted again keeps its place, and is struck at once", async () => {
  await using db = await openSqlite(":memory:");
  const removals = sqlBlobRemovals(db);
  const [a, b] = blobIds(2);
  assert.ok(a && b);
  await removals.note([b], 1);
  await removals.note([a, b, a], 2);
  assert.deepEqual(await removals.noted(10), [b, a]);
  await removals.strike([b]);
  await removals.strike([b]);
  assert.deepEqual(await removals.noted(10), [a]);
});

test("nothing to note and nothing to strike is no error", async () => {
  await using db = await openSqlite(":memory:");
  const removals = sqlBlobRemovals(db);
  await removals.note([], 1);
  await removals.strike([]);
  assert.deepEqual(await removals.noted(10), []);
});

test("the 10,000 parts of the largest object are noted and struck together", async () => {
  await using db = await openSqlite(":memory:");
  const removals = sqlBlobRemovals(db);
  const ids = blobIds(10_000);
  await removals.note(ids, 1);
  assert.deepEqual(await removals.noted(20_000), ids);
  await removals.strike(ids.slice(1));
  assert.deepEqual(await removals.noted(20_000), ids.slice(0, 1));
});

test("removals that failed are told apart, oldest first, until they are struck", async () => {
  await using db = await openSqlite(":memory:");
  const removals = sqlBlobRemovals(db);
  const [a, b, c, d] = blobIds(4);
  assert.ok(a && b && c && d);
  await removals.note([c], 1);
  await removals.note([a, b], 2);
  await removals.fail([a, c, d]);
  await removals.note([c], 3);
  assert.deepEqual(await removals.failed(10), [c, a]);
  assert.deepEqual(await removals.failed(1), [c]);
  await removals.strike([c]);
  assert.deepEqual(await removals.failed(10), [a]);
  assert.deepEqual(await removals.noted(10), [a, b]);
});
