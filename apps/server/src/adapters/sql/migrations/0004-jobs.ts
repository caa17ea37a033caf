import type { Migration } from "./migrations.table.ts";

export const jobs: Migration = {
  name: "jobs",
  async up() {},
};
