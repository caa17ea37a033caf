import type { Migration } from "./migrations.table.ts";

export const resumableUploads: Migration = {
  name: "resumable-uploads",
  async up(schema) {
    await schema
      .createTable("resumable_uploads")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("project_id", "text", (column) => column.notNull())
      .addColumn("target", "text", (column) => column.notNull())
      .addColumn("length_bytes", "bigint")
      .addColumn("offset_bytes", "bigint", (column) => column.notNull())
      .addColumn("metadata", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .addColumn("is_complete", "integer", (column) => column.notNull())
      .execute();
    await schema.createIndex("resumable_uploads_by_project").on("resumable_uploads").columns(["project_id", "is_complete"]).execute();
    await schema.createIndex("resumable_uploads_by_end").on("resumable_uploads").columns(["expires_at", "id"]).execute();
    await schema
      .createTable("resumable_upload_parts")
      .addColumn("upload_id", "text", (column) => column.notNull().references("resumable_uploads.id").onDelete("cascade"))
      .addColumn("offset_bytes", "bigint", (column) => column.notNull())
      .addColumn("length_bytes", "bigint", (column) => column.notNull())
      .addColumn("blob_id", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("resumable_upload_parts_pk", ["upload_id", "offset_bytes"])
      .execute();
  },
};
