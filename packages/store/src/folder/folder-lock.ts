import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";
import { isMissing } from "./is-missing.ts";

const sqliteBusy = 5;

/**
 * Keeps a folder to one open store. The lock is SQLite's own file lock on the (empty) file `lock`: the kernel drops it when the
 * process dies, however it dies, so no lock can go stale and no process number is ever judged. `lock.pid` only tells people
 * who holds it.
 */
export class FolderLock implements AsyncDisposable {
  readonly #database: DatabaseSync;
  readonly #pidPath: string;

  private constructor(database: DatabaseSync, pidPath: string) {
    this.#database = database;
    this.#pidPath = pidPath;
  }

  /** Throws `store.locked`, naming the holder's process number, when the folder is held. */
  static async acquire(folder: string): Promise<FolderLock> {
    const pidPath = join(folder, "lock.pid");
    const database = new DatabaseSync(join(folder, "lock"), { timeout: 0 });
    try {
      // Nothing is ever written to this database: no journal file is wanted beside it.
      database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
      await writeFile(pidPath, `${process.pid}\n`);
    } catch (error) {
      database.close();
      if (error instanceof Error && "errcode" in error && error.errcode === sqliteBusy) {
        const holder = await readHolder(pidPath);
        throw new StoreError("store.locked", `${folder} is in use by ${holder}. Stop it first, or choose another folder.`, {
          cause: error,
        });
      }
      throw error;
    }
    return new FolderLock(database, pidPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#pidPath, { force: true });
    this.#database.close();
  }
}

async function readHolder(pidPath: string): Promise<string> {
  try {
    const pid = (await readFile(pidPath, "utf8")).trim();
    return /^\d+$/.test(pid) ? `process ${pid}` : "another process";
  } catch (error) {
    // The holder writes the file right after it got the lock, and removes it right before it lets go.
    if (isMissing(error)) {
      return "another process";
    }
    throw error;
  }
}
