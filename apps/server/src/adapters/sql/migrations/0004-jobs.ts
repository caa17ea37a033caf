import type { Migration } from "./migrations.table.ts";

export const jobs: Migration = {
  name: "jobs",
  async up(schema) {
    await schema
      .createTable("jobs")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("project_id", "text", (column) => column.notNull())
      .addColumn("subject_id", "text")
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("input", "text", (column) => column.notNull())
      .addColumn("steps", "text", (column) => column.notNull())
      .addColumn("current_step", "text")
      .addColumn("done_bytes", "bigint", (column) => column.notNull())
      .addColumn("total_bytes", "bigint", (column) => column.notNull())
      .addColumn("cancel_requested", "integer", (column) => column.notNull())
      .addColumn("result", "text", (column) => column.notNull())
      .addColumn("error", "text")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("started_at", "bigint")
      .addColumn("finished_at", "bigint")
      .execute();
    // Each index serves one list of jobs in its order: all, a project's, a subject's, and those that are not over.
    await schema.createIndex("jobs_by_age").on("jobs").columns(["created_at", "id"]).execute();
    await schema.createIndex("jobs_by_project").on("jobs").columns(["project_id", "created_at", "id"]).execute();
    await schema.createIndex("jobs_by_subject").on("jobs").columns(["subject_id", "created_at", "id"]).execute();
    await schema.createIndex("jobs_by_status").on("jobs").columns(["status", "created_at", "id"]).execute();
  },
};
