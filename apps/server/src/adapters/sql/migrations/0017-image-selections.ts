import { sql } from "kysely";
import type { QueryExecutorProvider } from "kysely";
import type { Migration } from "./migrations.table.ts";

/** Rows that are read at once. */
const pageSize = 500;

/**
 * What lists of the Image API select and sort by gets columns of its own, community images an index, and the ids of images that are gone a
 * table: an id that a client chose never names a second image.
 */
export const imageSelections: Migration = {
  name: "image-selections",
  async up(schema, db) {
    // -1 stands for none; no image has a file before this.
    for (const column of ["file_bytes", "virtual_bytes"]) {
      await schema
        .alterTable("images")
        .addColumn(column, "bigint", (definition) => definition.notNull().defaultTo(-1))
        .execute();
    }
    await copySizes(db);
    await schema
      .createTable("removed_images")
      .addColumn("id", "text", (column) => column.primaryKey())
      .execute();
    const isCommunity = sql<boolean>`visibility = 'community'`;
    await schema.createIndex("images_community").on("images").columns(["created_at", "id"]).where(isCommunity).execute();
  },
};

interface OldRow {
  readonly id: string;
  readonly disks: string;
}

async function copySizes(db: QueryExecutorProvider): Promise<void> {
  for (let after = ""; ;) {
    const { rows } = await sql<OldRow>`
      select id, disks from images where id > ${after} and disks <> '[]' order by id limit ${pageSize}`.execute(db);
    for (const { id, disks } of rows) {
      // A JSON array, and each of its disks has its size.
      const [disk] = JSON.parse(disks) as readonly { readonly virtualSizeBytes: number }[];
      await sql`update images set virtual_bytes = ${disk?.virtualSizeBytes ?? -1} where id = ${id}`.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.id;
  }
}
