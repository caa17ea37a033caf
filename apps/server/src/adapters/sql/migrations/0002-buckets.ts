import type { Migration } from "./migrations.table.ts";

export const buckets: Migration = {
  name: "buckets",
  async up() {},
};
