import type { Migration } from "./migrations.table.ts";

export const failedRemovals: Migration = {
  name: "failed-removals",
  async up(schema) {
    await schema
      .alterTable("blob_removals")
      .addColumn("has_failed", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
