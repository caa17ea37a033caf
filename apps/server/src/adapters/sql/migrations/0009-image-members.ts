import type { Migration } from "./migrations.table.ts";

export const imageMembers: Migration = {
  name: "image-members",
  async up(schema) {
    await schema
      .createTable("image_members")
      .addColumn("image_id", "text", (column) => column.notNull().references("images.id").onDelete("cascade"))
      .addColumn("member_id", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("image_members_pk", ["image_id", "member_id"])
      .execute();
    // For the images that are shared with a project.
    await schema.createIndex("image_members_by_member").on("image_members").columns(["member_id", "status", "image_id"]).execute();
  },
};
