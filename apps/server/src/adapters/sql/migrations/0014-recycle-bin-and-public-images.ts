import type { Migration } from "./migrations.table.ts";

export const recycleBinAndPublicImages: Migration = {
  name: "recycle-bin-and-public-images",
  async up(schema) {
    await schema
      .createTable("recycled_images")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("project_id", "text", (column) => column.notNull())
      .addColumn("deleted_at", "bigint", (column) => column.notNull())
      .addColumn("purge_at", "bigint", (column) => column.notNull())
      .addColumn("record", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("recycled_images_by_project").on("recycled_images").columns(["project_id", "deleted_at", "id"]).execute();
    await schema.createIndex("recycled_images_by_purge").on("recycled_images").columns(["purge_at", "id"]).execute();
    await schema
      .createTable("public_image_changes")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("image_id", "text", (column) => column.notNull())
      .addColumn("change", "text", (column) => column.notNull())
      .addColumn("changed_at", "bigint", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("os_version", "text", (column) => column.notNull())
      .addColumn("architecture", "text", (column) => column.notNull())
      .execute();
  },
};
