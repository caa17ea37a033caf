import type { Kysely } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { ImageCatalog } from "../../ports/image-catalog.ts";
import { toColumns, toRecord } from "./image-row.ts";
import type { ImageRow } from "./image-row.ts";
import { listImages } from "./list-image-rows.ts";
import type { Tables } from "./tables.ts";

/** Images in an SQL database. What is many of one image (disks, tags, properties) lies in its row as JSON: a list reads one table. */
export function sqlImageCatalog(db: Kysely<Tables>): ImageCatalog {
  return {
    async insert(image) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("images")
        // A whole image has every column.
        .values(toColumns(image) as ImageRow)
        .onConflict((conflict) => conflict.column("id").doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) {
        throw new DuplicateError(`There is an image ${image.id} already`);
      }
    },
    async get(id) {
      const row = await db.selectFrom("images").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toRecord(row);
    },
    list: (filter, page) => listImages(db, filter, page),
    async count(projectId) {
      const { count } = await db
        .selectFrom("images")
        .select((images) => images.fn.countAll().as("count"))
        .where("project_id", "=", projectId)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async update(id, change) {
      const row = await db.updateTable("images").set(toColumns(change)).where("id", "=", id).returningAll().executeTakeFirst();
      return row && toRecord(row);
    },
    async changeStatus(id, expected, status, change) {
      const row = await db
        .updateTable("images")
        .set({ ...toColumns(change), status })
        .where("id", "=", id)
        .where("status", "in", expected)
        .returningAll()
        .executeTakeFirst();
      return row && toRecord(row);
    },
    async remove(id, expected) {
      const row = await db.deleteFrom("images").where("id", "=", id).where("status", "in", expected).returningAll().executeTakeFirst();
      return row && toRecord(row);
    },
  };
}
