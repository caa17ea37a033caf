import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { Tables } from "../adapters/sql/tables.ts";

/** Every row of every table as a line of JSON, by the tables' names: for tests of what changes and what does not. */
export async function dumpTables(database: Kysely<Tables>): Promise<Map<string, string>> {
  const tables = await sql<{ name: string }>`select name from sqlite_master where type = 'table' order by name`.execute(database);
  const rowsByTable = new Map<string, string>();
  for (const { name } of tables.rows) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(database);
    rowsByTable.set(name, rows.map((row) => JSON.stringify(row, readable)).join("\n"));
  }
  return rowsByTable;
}

function readable(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}
