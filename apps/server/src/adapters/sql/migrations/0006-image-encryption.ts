import type { Migration } from "./migrations.table.ts";

export const imageEncryption: Migration = {
  name: "image-encryption",
  async up(schema) {
    await schema.alterTable("images").addColumn("encryption", "text").execute();
  },
};
