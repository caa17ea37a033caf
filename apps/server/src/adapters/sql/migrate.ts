import { sql } from "kysely";
import type { Kysely, Transaction } from "kysely";
import { migrations } from "./migrations/migrations.table.ts";
import type { Migration } from "./migrations/migrations.table.ts";
import type { Tables } from "./tables.ts";

/**
 * Brings the schema up to date: runs, in order and each in a transaction of its own, the migrations that have not run yet.
 * Two processes that start at once do not run one twice.
 *
 * Throws  Error when the database was made by a newer version, or by one with other migrations
 */
export async function migrate(db: Kysely<Tables>, known: readonly Migration[] = migrations): Promise<void> {
  await db.schema
    .createTable("migrations")
    .ifNotExists()
    .addColumn("number", "integer", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .execute();
  await refuseForeignSchema(db, known);
  for (const [index, migration] of known.entries()) {
    await db.transaction().execute((transaction) => runOnce(transaction, index + 1, migration));
  }
}

async function refuseForeignSchema(db: Kysely<Tables>, known: readonly Migration[]): Promise<void> {
  const { rows } = await sql<{ number: number; name: string }>`select number, name from migrations order by number`.execute(db);
  const last = rows.at(-1)?.number ?? 0;
  if (last > known.length) {
    throw new Error(
      `The catalog has schema ${last}, this version knows ${known.length}: start a newer version, or restore a backup of the data folder`,
    );
  }
  for (const { number, name } of rows) {
    const expected = known[number - 1]?.name;
    if (name !== expected) {
      throw new Error(
        `The catalog's schema ${number} is "${name}", this version's is "${expected}": it was made by another line of versions; start one of those`,
      );
    }
  }
}

async function runOnce(transaction: Transaction<Tables>, number: number, migration: Migration): Promise<void> {
  const { rows } = await sql`select number from migrations where number = ${number}`.execute(transaction);
  if (rows.length === 0) {
    await migration.up(transaction.schema, transaction);
    await sql`insert into migrations (number, name) values (${number}, ${migration.name})`.execute(transaction);
  }
}
