import type { Kysely } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { ImageCatalog, ImageChange, ImageRecord } from "../../ports/image-catalog.ts";
import { countImage, imagesOfProject, movingCount } from "./image-counts.ts";
import { insertLabels, replaceLabels } from "./image-labels.ts";
import { toColumns, toRecord } from "./image-row.ts";
import type { ImageRow } from "./image-row.ts";
import { imagesByStores } from "./images-by-stores.ts";
import { countImages, listImages, listTags } from "./list-image-rows.ts";
import { contentUsage } from "./content-usage.ts";
import { preparedQuery } from "./prepared-query.ts";
import type { Tables } from "./tables.ts";
import { together } from "./together.ts";

/**
 * Images in an SQL database. What is many of one image (disks, tags, properties) lies in its row as JSON: a list reads one table. Tags and
 * properties have rows of their own besides, that find images by them.
 */
export function sqlImageCatalog(db: Kysely<Tables>): ImageCatalog {
  return {
    insert: (image) =>
      together(db, async (inside) => {
        // A whole image has every column.
        const { numAffectedRows } = await insertRow(inside, toColumns(image) as ImageRow);
        if (numAffectedRows !== 1n) {
          throw new DuplicateError(`There is an image ${image.id} already`);
        }
        await insertLabels(inside, image);
        return await countImage(inside, image.projectId, 1);
      }),
    async get(id) {
      const [row] = (await imageOf(db, { id })).rows;
      return row && toRecord(row);
    },
    list: (filter, page) => listImages(db, filter, page),
    count: (projectId) => imagesOfProject(db, projectId),
    usage: (projectId) => contentUsage(db, projectId),
    countByStores: () => imagesByStores(db),
    countMatching: (filter) => countImages(db, filter),
    tags: (filter) => listTags(db, filter),
    update: (id, change) =>
      together(db, async (inside) => {
        const update = inside.updateTable("images").set(toColumns(change)).where("id", "=", id).returningAll();
        const row = await movingCount(inside, { id, change }, () => update.executeTakeFirst());
        return await relabelled(inside, row, change);
      }),
    changeStatus: (id, expected, status, change) =>
      together(db, async (inside) => {
        const update = inside
          .updateTable("images")
          .set({ ...toColumns(change), status })
          .where("id", "=", id)
          .where("status", "in", expected)
          .returningAll();
        const row = await movingCount(inside, { id, change }, () => update.executeTakeFirst());
        return await relabelled(inside, row, change);
      }),
    async wasUsed(id) {
      const removed = db.selectFrom("removed_images").select("id").where("id", "=", id);
      const row = await db.selectFrom("images").select("id").where("id", "=", id).unionAll(removed).limit(1).executeTakeFirst();
      return row !== undefined;
    },
    remove: (id, expected) =>
      together(db, async (inside) => {
        const row = await inside
          .deleteFrom("images")
          .where("id", "=", id)
          .where("status", "in", expected)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) {
          return undefined;
        }
        await countImage(inside, row.project_id, -1);
        // One that came back from the recycle bin has been removed before.
        await inside
          .insertInto("removed_images")
          .values({ id })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .execute();
        return toRecord(row);
      }),
  };
}

const insertRow = preparedQuery<ImageRow>((db, row) =>
  db
    .insertInto("images")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doNothing()),
);

const imageOf = preparedQuery<{ id: string }, ImageRow>((db, { id }) => db.selectFrom("images").selectAll().where("id", "=", id));

/** A row and what is found by it change together. */
async function relabelled(db: Kysely<Tables>, row: ImageRow | undefined, change: ImageChange): Promise<ImageRecord | undefined> {
  if (row === undefined) {
    return undefined;
  }
  const image = toRecord(row);
  // The rows of tags tell the project too.
  const tags = change.tags !== undefined || change.projectId !== undefined;
  await replaceLabels(db, image, { tags, properties: change.properties !== undefined });
  return image;
}
