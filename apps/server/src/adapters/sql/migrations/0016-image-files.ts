import type { Migration } from "./migrations.table.ts";

export const imageFiles: Migration = {
  name: "image-files",
  async up(schema) {
    await schema
      .alterTable("images")
      .addColumn("is_hidden", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await schema.alterTable("images").addColumn("file", "text").execute();
  },
};
