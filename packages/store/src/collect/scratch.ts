import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import type { WorkFolder } from "../folder/work-folder.ts";

/**
 * A database that is thrown away when it is disposed of: for tables with a row per chunk, which memory would not hold. It lies in the
 * part of the work folder that is emptied at every opening, so a process that dies leaves nothing.
 *
 * Memory  16 MiB
 * Disk    about 50 bytes a row: 100 MiB for a list of all chunks of 1 TiB
 */
export class Scratch implements Disposable {
  readonly database: DatabaseSync;
  readonly #path: string;

  private constructor(database: DatabaseSync, path: string) {
    this.database = database;
    this.#path = path;
  }

  static open(folder: WorkFolder): Scratch {
    const path = folder.tmpPath(`scratch-${randomBytes(8).toString("hex")}.sqlite`);
    const scratch = new Scratch(new DatabaseSync(path), path);
    try {
      // Nothing in it is ever needed again after a failure.
      scratch.database.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384");
      return scratch;
    } catch (error) {
      scratch[Symbol.dispose]();
      throw error;
    }
  }

  /** Many changes at the price of one. `work` must not wait for anything. */
  together(work: () => void): void {
    this.database.exec("BEGIN");
    work();
    this.database.exec("COMMIT");
  }

  [Symbol.dispose](): void {
    this.database.close();
    rmSync(this.#path, { force: true });
  }
}

/** A set of chunk names of any size, in a scratch database. */
export class NameSet {
  readonly #add: StatementSync;
  readonly #has: StatementSync;
  readonly #remove: StatementSync;
  readonly #count: StatementSync;
  readonly #after: StatementSync;

  /** `table` is the name of a table that does not exist yet. */
  constructor({ database }: Scratch, table: string) {
    database.exec(`CREATE TABLE ${table} (name BLOB PRIMARY KEY) WITHOUT ROWID`);
    this.#add = database.prepare(`INSERT INTO ${table} (name) VALUES (?) ON CONFLICT DO NOTHING`);
    this.#has = database.prepare(`SELECT 1 FROM ${table} WHERE name = ?`);
    this.#remove = database.prepare(`DELETE FROM ${table} WHERE name = ?`);
    this.#count = database.prepare(`SELECT count(*) AS count FROM ${table}`);
    this.#after = database.prepare(`SELECT name FROM ${table} WHERE name > ? ORDER BY name LIMIT ?`);
  }

  /** Looks at every name. */
  get size(): number {
    return Number(this.#count.get()?.["count"]);
  }

  /** Answers true when the name is new. */
  add(name: Uint8Array): boolean {
    return this.#add.run(name).changes === 1;
  }

  has(name: Uint8Array): boolean {
    return this.#has.get(name) !== undefined;
  }

  remove(name: Uint8Array): void {
    this.#remove.run(name);
  }

  /** The names that come next in order, at most `count`. The first are those after no bytes. */
  namesAfter(name: Uint8Array, count: number): Uint8Array[] {
    // Only names were put here.
    return this.#after.all(name, count).map((row) => row["name"] as Uint8Array);
  }
}
