import assert from "node:assert/strict";
import { mkdtempDisposable, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { backUpSqlite } from "./back-up-sqlite.ts";
import { openSqlite } from "./open-sqlite.ts";

test("a backup holds what was written before it, while writing goes on, and opens as a catalog", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "back-up-"));
  const [source, target] = [join(folder.path, "catalog.sqlite"), join(folder.path, "copy.sqlite")];
  await using db = await openSqlite(source);
  const note = (id: number) =>
    db
      .insertInto("blob_removals")
      .values({ blob_id: `b${id}`, noted_at: id })
      .execute();
  for (let id = 0; id < 500; id += 1) {
    await note(id);
  }
  const copying = backUpSqlite(source, target);
  for (let id = 500; id < 1000; id += 1) {
    await note(id);
  }
  await copying;
  await using copy = await openSqlite(target);
  const rows = await copy.selectFrom("blob_removals").select("noted_at").orderBy("noted_at").execute();
  assert.ok(rows.length >= 500 && rows.length <= 1000, `${rows.length} rows`);
  assert.deepEqual(
    rows.map((row) => row.noted_at),
    rows.map((_, number) => number),
  );
  assert.equal((await stat(target)).mode & 0o777, 0o600);
});

test("a backup that fails leaves nothing, and an older one as it was", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "back-up-"));
  await assert.rejects(backUpSqlite(join(folder.path, "nowhere.sqlite"), join(folder.path, "copy.sqlite")));
  assert.deepEqual(await readdir(folder.path), []);
});
