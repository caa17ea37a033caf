import { closeSync, openSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync, backup } from "node:sqlite";

/**
 * Copies a database that is in use to `target`, as it is at one moment. Whoever writes meanwhile is not held up. The copy is whole and
 * flushed before it gets its name, and only its owner may read it: it holds what the catalog holds.
 *
 * Memory  SQLite's page cache; the copying runs on a thread of its own
 * Throws  what SQLite and the file system say; an unfinished copy is removed
 */
export async function backUpSqlite(source: string, target: string): Promise<void> {
  const unfinished = `${target}.new`;
  try {
    await rm(unfinished, { force: true });
    closeSync(openSync(unfinished, "wx", 0o600));
    using database = new DatabaseSync(source, { readOnly: true });
    // All pages in one step: a step sees one state, and later writers cannot make it start over.
    await backup(database, unfinished, { rate: 0x7fff_ffff });
    await flush(unfinished, "r+");
    await rename(unfinished, target);
    await flush(dirname(target), "r");
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function flush(path: string, flags: "r" | "r+"): Promise<void> {
  await using file = await open(path, flags);
  await file.sync();
}
