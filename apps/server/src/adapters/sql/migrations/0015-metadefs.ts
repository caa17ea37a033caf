import type { Migration } from "./migrations.table.ts";

export const metadefs: Migration = {
  name: "metadefs",
  async up(schema) {
    await schema
      .createTable("metadef_namespaces")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull().unique())
      .addColumn("display_name", "text")
      .addColumn("description", "text")
      .addColumn("visibility", "text", (column) => column.notNull())
      .addColumn("protected", "integer", (column) => column.notNull())
      .addColumn("owner", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .execute();
    await schema
      .createTable("metadef_items")
      .addColumn("namespace_id", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("content", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("metadef_items_key", ["namespace_id", "kind", "name"])
      .execute();
    await schema.createIndex("metadef_items_by_type").on("metadef_items").columns(["kind", "name", "namespace_id"]).execute();
    await schema
      .createTable("metadef_resource_types")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
    await schema
      .createTable("metadef_loaded_sets")
      .addColumn("name", "text", (column) => column.primaryKey())
      .execute();
  },
};
