import type { Migration } from "./migrations.table.ts";

export const objectEncryption: Migration = {
  name: "object-encryption",
  async up(schema) {
    await schema.alterTable("objects").addColumn("encryption", "text").execute();
    await schema.alterTable("uploads").addColumn("encryption", "text").execute();
  },
};
