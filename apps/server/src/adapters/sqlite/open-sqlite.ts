import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { migrate } from "../sql/migrate.ts";
import type { Tables } from "../sql/tables.ts";
import { nodeSqliteDialect } from "./node-sqlite-driver.ts";

/**
 * Opens (and brings up to date) the embedded catalog. `:memory:` opens one that is gone with its last user.
 *
 * Durability  write-ahead log, `synchronous=FULL`: a statement that returned survives power loss
 * Secrecy     a new file, and the log files beside it, can be read by its owner only: it holds the secrets of access keys
 * Throws      what `migrate` throws; nothing stays open then
 */
export async function openSqlite(path: string): Promise<Kysely<Tables>> {
  if (path !== ":memory:") {
    // SQLite creates files as the umask has it, and gives its log files the mode of the database.
    closeSync(openSync(path, "a", 0o600));
  }
  const database = new DatabaseSync(path);
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  try {
    database.exec("pragma busy_timeout=5000; pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on");
    await migrate(db);
    return db;
  } catch (error) {
    database.close();
    throw error;
  }
}
