import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { sqliteCodeOf } from "../as-store-error.ts";
import { StoreError } from "../store-error.ts";

const schemaVersion = 2;
// A pack's number is never given twice, so that a later pack always has a greater one.
const schema = `
  CREATE TABLE packs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    owner INTEGER NOT NULL,
    readable INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    condemned_at INTEGER,
    leaving INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX packs_owner ON packs (owner) WHERE owner <> 0;
  CREATE TABLE chunks (
    name BLOB NOT NULL,
    pack INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    stored_length INTEGER NOT NULL,
    raw_length INTEGER NOT NULL,
    codec INTEGER NOT NULL,
    sealed INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    damaged INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name, pack)
  ) WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};
`;

/** Opens the chunk index's database. A file that is no index of this version is replaced by an empty one: it is derived from the packs. */
export function openIndexDatabase(path: string): DatabaseSync {
  const database = openExisting(path);
  if (database !== undefined) {
    return database;
  }
  for (const suffix of ["", "-wal", "-shm"]) {
    rmSync(path + suffix, { force: true });
  }
  const fresh = openExisting(path);
  if (fresh === undefined) {
    throw new StoreError("store.io", `${path} cannot be created as a database.`);
  }
  return fresh;
}

/** Answers undefined when the file is not an index of this version. */
function openExisting(path: string): DatabaseSync | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"];
    if (version === 0 && tables === 0) {
      database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`);
    } else if (version !== schemaVersion) {
      database.close();
      return undefined;
    }
    return database;
  } catch (error) {
    database.close();
    if (isUnusable(error)) {
      return undefined;
    }
    throw error;
  }
}

/** SQLITE_CORRUPT or SQLITE_NOTADB. */
function isUnusable(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code === 11 || code === 26;
}
