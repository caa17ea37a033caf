import assert from "node:assert/strict";
import { mkdtempDisposable, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { sqliteCopies } from "../adapters/sqlite/sqlite-copies.ts";
import { backUpCatalog, backUpWhenDue } from "./back-up-catalog.ts";

test("the newest copies of the catalog are kept, and files of others are left alone", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "back-up-"));
  const source = join(folder.path, "catalog.sqlite");
  await using _db = await openSqlite(source);
  const copies = sqliteCopies(source, join(folder.path, "backups"));
  await copies.list();
  await writeFile(join(folder.path, "backups", "before-upgrade.sqlite"), "");
  let now = Date.UTC(2026, 10, 22, 7, 8, 9, 123);
  for (let day = 0; day < 4; day += 1) {
    await backUpCatalog({ copies, clock: { now: () => now }, keep: 2 });
    now += 86_400_000;
  }
  assert.deepEqual((await readdir(join(folder.path, "backups"))).toSorted(), [
    "before-upgrade.sqlite",
    "catalog-2026-11-24T070809.123Z.sqlite",
    "catalog-2026-11-25T070809.123Z.sqlite",
  ]);
});

test("a backup is due when the newest is old, missing, or from the future", async () => {
  const names: string[] = [];
  const copies = { make: async (name: string) => String(names.push(name)), list: async () => names, remove: async () => {} };
  let now = Date.UTC(2026, 10, 22);
  const deps = { copies, clock: { now: () => now }, keep: 100 };
  const madeAfter = async (ms: number) => {
    now += ms;
    await backUpWhenDue(deps, 1000);
    return names.length;
  };
  assert.deepEqual([await madeAfter(0), await madeAfter(999), await madeAfter(1), await madeAfter(-5000)], [1, 1, 2, 3]);
});
