import type { Migration } from "./migrations.table.ts";

export const removals: Migration = {
  name: "removals",
  async up(schema) {
    await schema
      .createTable("blob_removals")
      .addColumn("blob_id", "text", (column) => column.primaryKey())
      .addColumn("noted_at", "bigint", (column) => column.notNull())
      .execute();
    await schema.createIndex("blob_removals_by_age").on("blob_removals").columns(["noted_at", "blob_id"]).execute();
  },
};
