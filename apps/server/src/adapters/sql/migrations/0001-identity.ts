import type { Migration } from "./migrations.table.ts";

export const identity: Migration = {
  name: "identity",
  async up() {},
};
