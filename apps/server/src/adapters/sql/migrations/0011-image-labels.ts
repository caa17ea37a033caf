import { sql } from "kysely";
import type { QueryExecutorProvider } from "kysely";
import type { Migration } from "./migrations.table.ts";

/** Rows that are read at once. */
const pageSize = 500;

/**
 * Tags and free attributes become rows beside their images, so that an index finds the images; the indexes of lists follow the order of
 * pages. Images that are there already get their rows.
 */
export const imageLabels: Migration = {
  name: "image-labels",
  async up(schema, db) {
    await schema
      .createTable("image_tags")
      .addColumn("image_id", "text", (column) => column.notNull().references("images.id").onDelete("cascade"))
      .addColumn("tag_key", "text", (column) => column.notNull())
      .addColumn("tag_value", "text", (column) => column.notNull())
      .addColumn("project_id", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("image_tags_pk", ["image_id", "tag_key"])
      .execute();
    await schema
      .createTable("image_properties")
      .addColumn("image_id", "text", (column) => column.notNull().references("images.id").onDelete("cascade"))
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("value", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("image_properties_pk", ["image_id", "name"])
      .execute();
    await copyLabels(db);
    // A project's images with a tag, or with a key whatever its value, newest first.
    const tagged = schema.createIndex("image_tags_by_tag").on("image_tags");
    await tagged.columns(["project_id", "tag_key", "tag_value", "created_at", "image_id"]).execute();
    const keyed = schema.createIndex("image_tags_by_key").on("image_tags");
    await keyed.columns(["project_id", "tag_key", "created_at", "image_id"]).execute();
    await schema.createIndex("images_by_project_name").on("images").columns(["project_id", "name", "created_at", "id"]).execute();
    // How many have members, and the most that one has.
    await schema.createIndex("images_by_project_members").on("images").columns(["project_id", "member_count"]).execute();
    await schema.createIndex("images_by_creation").on("images").columns(["created_at", "id"]).execute();
    // Nearly all images are private: an index over every visibility would be chosen for lists that it makes slow.
    await schema.dropIndex("images_by_visibility").execute();
    const isPublic = sql<boolean>`visibility = 'public'`;
    await schema.createIndex("images_public").on("images").columns(["created_at", "id"]).where(isPublic).execute();
    await schema.createIndex("images_public_by_name").on("images").columns(["name", "created_at", "id"]).where(isPublic).execute();
  },
};

interface OldRow {
  readonly id: string;
  readonly project_id: string;
  readonly created_at: number;
  readonly tags: string;
  readonly properties: string;
}

async function copyLabels(db: QueryExecutorProvider): Promise<void> {
  for (let after = ""; ;) {
    const { rows } = await sql<OldRow>`
      select id, project_id, created_at, tags, properties from images where id > ${after} order by id limit ${pageSize}`.execute(db);
    for (const row of rows) {
      await copyLabelsOf(db, row);
    }
    const last = rows.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.id;
  }
}

/** The JSON in the columns was written by us: a list of `key=value` or `key`, and an object of texts. */
async function copyLabelsOf(db: QueryExecutorProvider, row: OldRow): Promise<void> {
  const tags = new Map((JSON.parse(row.tags) as string[]).map((tag) => splitTag(tag)));
  for (const [key, value] of tags) {
    await sql`insert into image_tags (image_id, tag_key, tag_value, project_id, created_at)
      values (${row.id}, ${key}, ${value}, ${row.project_id}, ${row.created_at})`.execute(db);
  }
  for (const [name, value] of Object.entries(JSON.parse(row.properties) as Record<string, string>)) {
    await sql`insert into image_properties (image_id, name, value) values (${row.id}, ${name}, ${value})`.execute(db);
  }
}

function splitTag(tag: string): readonly [key: string, value: string] {
  const place = tag.indexOf("=");
  return place < 0 ? [tag, ""] : [tag.slice(0, place), tag.slice(place + 1)];
}
