import assert from "node:assert/strict";
import { mkdtempDisposable, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import { migrate } from "../sql/migrate.ts";
import { migrations } from "../sql/migrations/migrations.table.ts";
import type { Migration } from "../sql/migrations/migrations.table.ts";
import type { Tables } from "../sql/tables.ts";
import { openSqlite } from "./open-sqlite.ts";

async function pragma(db: Kysely<Tables>, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
  return Object.values(rows[0] ?? {})[0];
}

function counting(name: string): Migration & { runs: number } {
  return {
    name,
    runs: 0,
    async up() {
      this.runs += 1;
    },
  };
}

test("an opened catalog is durable, checks references, and its files are its owner's only", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "open-sqlite-"));
  const path = join(folder.path, "catalog.sqlite");
  await using db = await openSqlite(path);
  assert.equal(await pragma(db, "journal_mode"), "wal");
  assert.equal(await pragma(db, "synchronous"), 2);
  assert.equal(await pragma(db, "foreign_keys"), 1);
  for (const suffix of ["", "-wal", "-shm"]) {
    assert.equal((await stat(path + suffix)).mode & 0o777, 0o600, `mode of ${path}${suffix}`);
  }
});

test("what was written is there when the catalog is opened again", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "open-sqlite-"));
  const path = join(folder.path, "catalog.sqlite");
  {
    await using db = await openSqlite(path);
    await db.insertInto("blob_removals").values({ blob_id: "b", noted_at: 1 }).execute();
  }
  await using db = await openSqlite(path);
  assert.equal((await db.selectFrom("blob_removals").selectAll().execute()).length, 1);
});

test("a migration runs once", async () => {
  await using db = await openSqlite(":memory:");
  const more = counting("more");
  await migrate(db, [...migrations, more]);
  await migrate(db, [...migrations, more]);
  assert.equal(more.runs, 1);
});

test("two that migrate at once do not run a migration twice", async () => {
  await using db = await openSqlite(":memory:");
  const more = counting("more");
  await Promise.all([migrate(db, [...migrations, more]), migrate(db, [...migrations, more])]);
  assert.equal(more.runs, 1);
});

test("a migration that fails leaves no half of itself and is run again at the next start", async () => {
  await using db = await openSqlite(":memory:");
  let isBroken = true;
  const fragile: Migration = {
    name: "fragile",
    async up(schema) {
      await schema.createTable("fragile").addColumn("id", "integer").execute();
      if (isBroken) {
        throw new Error("power went");
      }
    },
  };
  await assert.rejects(migrate(db, [...migrations, fragile]), /power went/);
  isBroken = false;
  await migrate(db, [...migrations, fragile]);
  const { rows } = await sql`select * from fragile`.execute(db);
  assert.deepEqual(rows, []);
});

test("a catalog of a newer version is refused with what to do", async () => {
  await using db = await openSqlite(":memory:");
  await migrate(db, [...migrations, counting("later")]);
  await assert.rejects(migrate(db), /start a newer version, or restore a backup/);
});

test("a catalog with other migrations than ours is refused", async () => {
  await using db = await openSqlite(":memory:");
  await migrate(db, [...migrations, counting("theirs")]);
  await assert.rejects(migrate(db, [...migrations, counting("ours")]), /is "theirs", this version's is "ours"/);
});

test("a folder that is not there is refused, naming it", async () => {
  await assert.rejects(openSqlite("/nowhere/catalog.sqlite"), /\/nowhere/);
});
