import type { Migration } from "./migrations.table.ts";

export const tagsAndEnterpriseProjects: Migration = {
  name: "tags-and-enterprise-projects",
  async up(schema) {
    await schema
      .createTable("enterprise_projects")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("domain_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("description", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("enabled", "integer", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addUniqueConstraint("enterprise_projects_name", ["domain_id", "name"])
      .execute();
    await schema
      .createTable("predefined_tags")
      .addColumn("domain_id", "text", (column) => column.notNull())
      .addColumn("tag_key", "text", (column) => column.notNull())
      .addColumn("tag_value", "text", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("predefined_tags_key", ["domain_id", "tag_key", "tag_value"])
      .execute();
  },
};
