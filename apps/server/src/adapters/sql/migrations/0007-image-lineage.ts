import type { Migration } from "./migrations.table.ts";

export const imageLineage: Migration = {
  name: "image-lineage",
  async up(schema) {
    await schema
      .alterTable("images")
      .addColumn("lineage", "text", (column) => column.notNull().defaultTo("{}"))
      .execute();
    await schema
      .alterTable("images")
      .addColumn("is_published", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await schema
      .alterTable("images")
      .addColumn("member_count", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
