import type { Migration } from "./migrations.table.ts";

export const images: Migration = {
  name: "images",
  async up() {},
};
