import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Runs statements that belong together: in the transaction that runs already, or in one of their own. */
export async function together<T>(db: Kysely<Tables>, work: (inside: Kysely<Tables>) => Promise<T>): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work);
}
