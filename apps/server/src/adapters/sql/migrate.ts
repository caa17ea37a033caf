import { sql } from "kysely";
import type { Kysely } from "kysely";
import { migrations } from "./migrations/migrations.table.ts";
import type { Tables } from "./tables.ts";

/**
 * Brings the schema up to date: runs, in order and each in a transaction of its own, the migrations that have not run yet.
 *
 * Throws  Error when the database was made by a newer version
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("migrations")
    .ifNotExists()
    .addColumn("number", "integer", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .execute();
  const { rows } = await sql<{ last: number | null }>`select max(number) as last from migrations`.execute(db);
  const last = rows[0]?.last ?? 0;
  const newest = migrations.length;
  if (last > newest) {
    throw new Error(`The catalog has schema ${last}, this version knows ${newest}: start a newer version, or restore a backup of the data folder`);
  }
  for (const [index, migration] of migrations.entries()) {
    const number = index + 1;
    if (number <= last) {
      continue;
    }
    await db.transaction().execute(async (transaction) => {
      await migration.up(transaction.schema);
      await sql`insert into migrations (number, name) values (${number}, ${migration.name})`.execute(transaction);
    });
  }
}
