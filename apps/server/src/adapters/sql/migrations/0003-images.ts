import type { Migration } from "./migrations.table.ts";

export const images: Migration = {
  name: "images",
  async up(schema) {
    await schema
      .createTable("images")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("project_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("description", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("visibility", "text", (column) => column.notNull())
      .addColumn("protected", "integer", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("container_format", "text", (column) => column.notNull())
      .addColumn("disk_format", "text", (column) => column.notNull())
      .addColumn("min_disk_gib", "integer", (column) => column.notNull())
      .addColumn("min_ram_mib", "integer", (column) => column.notNull())
      .addColumn("max_ram_mib", "integer", (column) => column.notNull())
      .addColumn("disks", "text", (column) => column.notNull())
      .addColumn("os_type", "text", (column) => column.notNull())
      .addColumn("os_bit", "text", (column) => column.notNull())
      .addColumn("os_version", "text", (column) => column.notNull())
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("architecture", "text", (column) => column.notNull())
      .addColumn("firmware", "text", (column) => column.notNull())
      .addColumn("origin", "text")
      .addColumn("source_format", "text")
      .addColumn("enterprise_project_id", "text", (column) => column.notNull())
      .addColumn("tags", "text", (column) => column.notNull())
      .addColumn("properties", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addColumn("active_at", "bigint")
      .execute();
    await schema.createIndex("images_by_project").on("images").columns(["project_id", "created_at", "id"]).execute();
    await schema.createIndex("images_by_visibility").on("images").columns(["visibility", "created_at", "id"]).execute();
  },
};
