import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Kysely, sql } from "kysely";
import { nodeSqliteDialect } from "./node-sqlite-driver.ts";

interface Numbers {
  numbers: { n: number; word: string | null };
}

async function openNumbers(): Promise<Kysely<Numbers>> {
  const db = new Kysely<Numbers>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  await sql`create table numbers (n integer primary key check (n < 1000), word text)`.execute(db);
  return db;
}

async function allOf(db: Kysely<Numbers>): Promise<readonly number[]> {
  return (await db.selectFrom("numbers").select("n").orderBy("n").execute()).map((row) => row.n);
}

test("a transaction that fails leaves nothing, and its own error is thrown", async () => {
  await using db = await openNumbers();
  const failing = db.transaction().execute(async (transaction) => {
    await transaction.insertInto("numbers").values({ n: 1, word: null }).execute();
    throw new Error("no quota");
  });
  await assert.rejects(failing, /no quota/);
  assert.deepEqual(await allOf(db), []);
});

test("queries from outside wait for the running transaction and see its outcome", async () => {
  await using db = await openNumbers();
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const order: string[] = [];
  const transaction = db.transaction().execute(async (inside) => {
    await inside.insertInto("numbers").values({ n: 1, word: null }).execute();
    await mayEnd;
    order.push("inside");
    await inside.insertInto("numbers").values({ n: 2, word: null }).execute();
  });
  const outside = allOf(db).then((numbers) => {
    order.push("outside");
    return numbers;
  });
  end();
  assert.deepEqual(await outside, [1, 2]);
  await transaction;
  assert.deepEqual(order, ["inside", "outside"]);
});

test("transactions happen one after the other, so none loses what another counted", async () => {
  await using db = await openNumbers();
  const takeNext = () =>
    db.transaction().execute(async (transaction) => {
      const { last } = await transaction
        .selectFrom("numbers")
        .select((n) => n.fn.max("n").as("last"))
        .executeTakeFirstOrThrow();
      await transaction
        .insertInto("numbers")
        .values({ n: (last ?? 0) + 1, word: null })
        .execute();
    });
  await Promise.all(Array.from({ length: 20 }, takeNext));
  assert.deepEqual(
    await allOf(db),
    Array.from({ length: 20 }, (_, n) => n + 1),
  );
});

test("a failed statement frees the connection for the next one", async () => {
  await using db = await openNumbers();
  await assert.rejects(db.insertInto("numbers").values({ n: 1000, word: null }).execute(), /CHECK/);
  await assert.rejects(sql`select * from nowhere`.execute(db), /no such table/);
  assert.deepEqual(await allOf(db), []);
});

test("an error on which SQLite itself rolls back comes through as it is", async () => {
  await using db = await openNumbers();
  const failing = db.transaction().execute(async (transaction) => {
    await transaction.insertInto("numbers").values({ n: 1, word: null }).execute();
    await sql`insert or rollback into numbers (n) values (1)`.execute(transaction);
  });
  await assert.rejects(failing, /UNIQUE/);
  assert.deepEqual(await allOf(db), []);
});

test("a transaction is of no use after its end", async () => {
  await using db = await openNumbers();
  const leaked = await db.transaction().execute(async (transaction) => transaction);
  await assert.rejects(leaked.insertInto("numbers").values({ n: 1, word: null }).execute());
  assert.deepEqual(await allOf(db), []);
});

test("statements tell how many rows they changed, or answer them", async () => {
  await using db = await openNumbers();
  await db
    .insertInto("numbers")
    .values([1, 2, 3].map((n) => ({ n, word: null })))
    .execute();
  const { numUpdatedRows } = await db.updateTable("numbers").set({ word: "w" }).where("n", ">", 1).executeTakeFirstOrThrow();
  const deleted = await db.deleteFrom("numbers").where("n", "=", 3).returning(["n", "word"]).execute();
  assert.equal(numUpdatedRows, 2n);
  assert.deepEqual(
    deleted.map((row) => ({ ...row })),
    [{ n: 3, word: "w" }],
  );
});

test("a statement used before a change of the schema sees the schema after it", async () => {
  await using db = await openNumbers();
  await db.insertInto("numbers").values({ n: 1, word: null }).execute();
  const columns = async () => Object.keys(await db.selectFrom("numbers").selectAll().executeTakeFirstOrThrow());
  assert.deepEqual(await columns(), ["n", "word"]);
  await sql`alter table numbers add column late text`.execute(db);
  assert.deepEqual(await columns(), ["n", "word", "late"]);
});

test("more different statements than are kept prepared, short and long, all work", async () => {
  await using db = await openNumbers();
  for (let n = 0; n < 600; n += 1) {
    const { rows } = await sql<{
      n: number;
    }>`select ${sql.raw(String(n % 300))} as n, ${sql.raw(`'${"x".repeat(n * 10)}'`)} as filler`.execute(db);
    assert.equal(rows[0]?.n, n % 300);
  }
});
