import { sql } from "kysely";
import type { Migration } from "./migrations.table.ts";

/** How many images a project has is kept: the quota is asked for each new one, and counting them takes longer the more there are. */
export const imageCounts: Migration = {
  name: "image-counts",
  async up(schema, db) {
    await schema
      .createTable("image_counts")
      .addColumn("project_id", "text", (column) => column.primaryKey())
      .addColumn("images", "integer", (column) => column.notNull())
      .execute();
    await sql`insert into image_counts (project_id, images) select project_id, count(*) from images group by project_id`.execute(db);
  },
};
