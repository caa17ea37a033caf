import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { CompiledQuery, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type { DatabaseConnection, Dialect, Driver, QueryResult } from "kysely";

/**
 * Preparing a statement takes 12 to 20 µs, five times as long as running it on a row, so the last ones used are kept: at most so many,
 * and none with a longer text (a long list of values), which bounds the memory to a few MiB.
 */
const maxPrepared = 256;
const maxPreparedLength = 4096;

/**
 * Kysely on `node:sqlite`: one connection. `SqliteAdapter` says so, and Kysely then hands it to one user at a time,
 * so a transaction is never mixed with other statements: they wait for its end.
 */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new NodeSqliteDriver(database),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class NodeSqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: DatabaseConnection;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#connection = new NodeSqliteConnection(database);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  /** Takes the write lock at once: a transaction that reads first cannot lose it to another process halfway. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  /** SQLite rolls back by itself on some errors (a full disk); a second rollback would then hide the error that tells. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) {
      await connection.executeQuery(CompiledQuery.raw("rollback"));
    }
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#database.close();
  }
}

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

class NodeSqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  /** By text, the one used longest ago first. SQLite prepares them again by itself when the schema changes. */
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { statement, returnsRows } = this.#prepare(query.sql);
    // Kysely types parameters as unknown; our tables only bind what SQLite takes.
    const parameters = query.parameters as SQLInputValue[];
    if (returnsRows) {
      // The row type is what Kysely derived from the query.
      return { rows: statement.all(...parameters) as R[] };
    }
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  // eslint-disable-next-line require-yield -- the interface wants a generator
  async *streamQuery<R>(): AsyncGenerator<QueryResult<R>> {
    throw new Error("The embedded catalog does not stream rows; page with a limit");
  }

  #prepare(text: string): Prepared {
    const prepared = this.#prepared.get(text) ?? this.#prepareNew(text);
    this.#prepared.delete(text);
    if (text.length <= maxPreparedLength) {
      this.#prepared.set(text, prepared);
    }
    const [oldest] = this.#prepared.keys();
    if (oldest !== undefined && this.#prepared.size > maxPrepared) {
      this.#prepared.delete(oldest);
    }
    return prepared;
  }

  #prepareNew(text: string): Prepared {
    const statement = this.#database.prepare(text);
    return { statement, returnsRows: statement.columns().length > 0 };
  }
}
