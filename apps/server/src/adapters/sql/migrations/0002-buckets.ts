import type { Migration } from "./migrations.table.ts";

export const buckets: Migration = {
  name: "buckets",
  async up(schema) {
    await schema
      .createTable("buckets")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("project_id", "text", (column) => column.notNull())
      .addColumn("storage_class", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
    await schema.createIndex("buckets_by_project").on("buckets").columns(["project_id", "name"]).execute();
    await schema
      .createTable("objects")
      .addColumn("bucket", "text", (column) => column.notNull().references("buckets.name"))
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("length_bytes", "bigint", (column) => column.notNull())
      .addColumn("etag", "text", (column) => column.notNull())
      .addColumn("content_type", "text", (column) => column.notNull())
      .addColumn("storage_class", "text", (column) => column.notNull())
      .addColumn("modified_at", "bigint", (column) => column.notNull())
      .addColumn("metadata", "text", (column) => column.notNull())
      .addColumn("parts", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("objects_pk", ["bucket", "key"])
      .execute();
    await schema
      .createTable("uploads")
      .addColumn("upload_id", "text", (column) => column.primaryKey())
      .addColumn("bucket", "text", (column) => column.notNull().references("buckets.name"))
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("content_type", "text", (column) => column.notNull())
      .addColumn("storage_class", "text", (column) => column.notNull())
      .addColumn("metadata", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
    await schema.createIndex("uploads_by_key").on("uploads").columns(["bucket", "key", "upload_id"]).execute();
    await schema
      .createTable("upload_parts")
      .addColumn("upload_id", "text", (column) => column.notNull().references("uploads.upload_id").onDelete("cascade"))
      .addColumn("part_number", "integer", (column) => column.notNull())
      .addColumn("blob_id", "text", (column) => column.notNull())
      .addColumn("length_bytes", "bigint", (column) => column.notNull())
      .addColumn("etag", "text", (column) => column.notNull())
      .addColumn("modified_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("upload_parts_pk", ["upload_id", "part_number"])
      .execute();
  },
};
