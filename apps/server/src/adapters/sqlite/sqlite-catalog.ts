import { open } from "node:fs/promises";
import { CompiledQuery } from "kysely";
import type { Kysely } from "kysely";
import type { Catalog } from "../../ports/catalog.ts";
import { sqlCatalog } from "../sql/sql-catalog.ts";
import type { Tables } from "../sql/tables.ts";

const flushLater = CompiledQuery.raw("pragma synchronous=normal");
const flushAtOnce = CompiledQuery.raw("pragma synchronous=full");

/**
 * The catalog on the embedded database at `path`, which `openSqlite` opened. Flushing its log takes most of the time of a small change, so what
 * leads is flushed by what follows: the log is one file, written from front to back.
 */
export function sqliteCatalog(database: Kysely<Tables>, path: string): Catalog {
  return {
    ...sqlCatalog(database),
    async leadingTransaction(work) {
      // The connection is held: nobody else meets it in this state. Within a transaction SQLite would not let it be changed.
      return await database.connection().execute(async (connection) => {
        await connection.executeQuery(flushLater);
        try {
          return await connection.transaction().execute((transaction) => work(sqlCatalog(transaction)));
        } finally {
          await connection.executeQuery(flushAtOnce);
        }
      });
    },
    async flush() {
      await using log = await open(`${path}-wal`, "r+");
      await log.sync();
    },
  };
}
