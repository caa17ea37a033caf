import type { SchemaModule } from "kysely";
import { sql } from "kysely";
import type { Migration } from "./migrations.table.ts";

export const traces: Migration = {
  name: "traces",
  async up(schema) {
    await schema
      .createTable("traces")
      .addColumn("number", "bigint", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("project_id", "text", (column) => column.notNull())
      .addColumn("made_at", "bigint", (column) => column.notNull())
      .addColumn("rating", "text", (column) => column.notNull())
      .addColumn("service", "text", (column) => column.notNull())
      .addColumn("resource_type", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("resource_id", "text", (column) => column.notNull())
      .addColumn("resource_name", "text", (column) => column.notNull())
      .addColumn("user_name", "text", (column) => column.notNull())
      .addColumn("job_id", "text")
      .addColumn("details", "text", (column) => column.notNull())
      // Saving goes through a project's traces by their numbers.
      .addPrimaryKeyConstraint("traces_by_number", ["project_id", "number"])
      .execute();
    // The list, and what is too old.
    await schema.createIndex("traces_by_age").on("traces").columns(["project_id", "made_at", "number"]).execute();
    await schema.createIndex("traces_by_job").on("traces").column("job_id").where(sql.ref("job_id"), "is not", null).execute();
    await numbersAndTrackers(schema);
  },
};

async function numbersAndTrackers(schema: SchemaModule): Promise<void> {
  await schema
    .createTable("trace_numbers")
    .addColumn("only", "integer", (column) => column.primaryKey())
    .addColumn("last", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("trackers")
    .addColumn("project_id", "text", (column) => column.primaryKey())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("domain_id", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("is_enabled", "integer", (column) => column.notNull())
    .addColumn("place", "text")
    .addColumn("made_bucket", "integer", (column) => column.notNull())
    .addColumn("problem", "text")
    .addColumn("saved_to", "bigint", (column) => column.notNull())
    .addColumn("batch_up_to", "bigint")
    .addColumn("batch", "text")
    .execute();
}
