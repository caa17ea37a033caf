import type { Kysely } from "kysely";
import type { PredefinedTagCatalog } from "../../ports/predefined-tag-catalog.ts";
import type { Tables } from "./tables.ts";

/** Predefined tags in an SQL database. */
export function sqlPredefinedTagCatalog(db: Kysely<Tables>): PredefinedTagCatalog {
  return {
    async put({ domainId, key, value, updatedAt }) {
      await db
        .insertInto("predefined_tags")
        .values({ domain_id: domainId, tag_key: key, tag_value: value, updated_at: updatedAt })
        .onConflict((conflict) => conflict.columns(["domain_id", "tag_key", "tag_value"]).doUpdateSet({ updated_at: updatedAt }))
        .execute();
    },
    async remove(domainId, { key, value }) {
      const { numDeletedRows } = await db
        .deleteFrom("predefined_tags")
        .where("domain_id", "=", domainId)
        .where("tag_key", "=", key)
        .where("tag_value", "=", value)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
    async list(domainId) {
      const rows = await db
        .selectFrom("predefined_tags")
        .selectAll()
        .where("domain_id", "=", domainId)
        .orderBy("tag_key")
        .orderBy("tag_value")
        .execute();
      return rows.map((row) => ({ domainId, key: row.tag_key, value: row.tag_value, updatedAt: row.updated_at }));
    },
  };
}
