import type { Kysely } from "kysely";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { BlobRemovals } from "../../ports/blob-removals.ts";
import type { Tables } from "./tables.ts";

/** Ids in one statement: databases limit how many values one may carry. */
const idsPerStatement = 1000;

/**
 * Noted removals in the catalog. A blob that is noted keeps the instant of its first note.
 * More than 1000 ids take several statements: inside a transaction they still happen together.
 */
export function sqlBlobRemovals(db: Kysely<Tables>): BlobRemovals {
  return {
    async note(blobIds, at) {
      for (const ids of batches(blobIds)) {
        await db
          .insertInto("blob_removals")
          .values(ids.map((blobId) => ({ blob_id: blobId, noted_at: at })))
          .onConflict((conflict) => conflict.column("blob_id").doNothing())
          .execute();
      }
    },

    async strike(blobIds) {
      for (const ids of batches(blobIds)) {
        await db.deleteFrom("blob_removals").where("blob_id", "in", ids).execute();
      }
    },

    async noted(limit) {
      return idsOf(await oldestFirst(db, limit).execute());
    },

    async fail(blobIds) {
      for (const ids of batches(blobIds)) {
        await db.updateTable("blob_removals").set({ has_failed: 1 }).where("blob_id", "in", ids).execute();
      }
    },

    async failed(limit) {
      return idsOf(await oldestFirst(db, limit).where("has_failed", "=", 1).execute());
    },
  };
}

function oldestFirst(db: Kysely<Tables>, limit: number) {
  return db.selectFrom("blob_removals").select("blob_id").orderBy("noted_at").orderBy("blob_id").limit(limit);
}

function idsOf(rows: readonly { readonly blob_id: string }[]): readonly BlobId[] {
  // Only `note` writes this column, and it takes blob ids.
  return rows.map((row) => row.blob_id as BlobId);
}

function* batches(blobIds: readonly BlobId[]): Generator<readonly BlobId[]> {
  for (let start = 0; start < blobIds.length; start += idsPerStatement) {
    yield blobIds.slice(start, start + idsPerStatement);
  }
}
