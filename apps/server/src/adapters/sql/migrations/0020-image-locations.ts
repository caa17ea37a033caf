import type { Migration } from "./migrations.table.ts";

export const imageLocations: Migration = {
  name: "image-locations",
  async up(schema) {
    await schema
      .alterTable("images")
      .addColumn("locations", "text", (column) => column.notNull().defaultTo("[]"))
      .execute();
    await schema.alterTable("images").addColumn("promised", "text").execute();
  },
};
