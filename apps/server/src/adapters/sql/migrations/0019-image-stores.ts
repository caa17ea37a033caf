import { sql } from "kysely";
import type { Migration } from "./migrations.table.ts";

/** Until now there was one store, which is called `main` where no other name is given to it. */
export const imageStores: Migration = {
  name: "image-stores",
  async up(schema, db) {
    await schema
      .alterTable("images")
      .addColumn("stores", "text", (column) => column.notNull().defaultTo("[]"))
      .execute();
    await sql`update images set stores = '["main"]' where disks <> '[]'`.execute(db);
  },
};
