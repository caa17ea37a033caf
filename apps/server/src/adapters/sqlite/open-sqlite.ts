import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { migrate } from "../sql/migrate.ts";
import type { Tables } from "../sql/tables.ts";
import { nodeSqliteDialect } from "./node-sqlite-driver.ts";

/**
 * Opens (and brings up to date) the embedded catalog.
 *
 * Durability  write-ahead log, `synchronous=FULL`: a statement that returned survives power loss
 */
export async function openSqlite(path: string): Promise<Kysely<Tables>> {
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma busy_timeout=5000");
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  await migrate(db);
  return db;
}
