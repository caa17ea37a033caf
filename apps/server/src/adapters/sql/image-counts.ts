import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { ImageChange } from "../../ports/image-catalog.ts";
import type { ImageRow } from "./image-row.ts";
import { preparedQuery } from "./prepared-query.ts";
import type { Tables } from "./tables.ts";

// Every change of the rows of `images` that makes, removes or moves one goes through here, in its transaction.

/** How many images a project has. */
export async function imagesOfProject(db: Kysely<Tables>, projectId: string): Promise<number> {
  const [row] = (await readCount(db, { projectId })).rows;
  return row?.images ?? 0;
}

/**
 * Counts an image that came (1) or went (-1); answers how many the project has then. The row is locked until the transaction ends, so that is
 * exact also where others make images at the same time.
 */
export async function countImage(db: Kysely<Tables>, projectId: string, more: 1 | -1): Promise<number> {
  const [row] = (await addToCount(db, { projectId, more })).rows;
  return row?.images ?? 0;
}

/** Updates the row of an image, and counts it in another project if it goes to one. */
export async function movingCount(
  db: Kysely<Tables>,
  { id, change }: { readonly id: string; readonly change: ImageChange },
  update: () => Promise<ImageRow | undefined>,
): Promise<ImageRow | undefined> {
  if (change.projectId === undefined) {
    return await update();
  }
  const before = await db.selectFrom("images").select("project_id").where("id", "=", id).executeTakeFirst();
  const row = await update();
  if (before !== undefined && row !== undefined) {
    await countImage(db, before.project_id, -1);
    await countImage(db, row.project_id, 1);
  }
  return row;
}

const readCount = preparedQuery<{ projectId: string }, { images: number }>((db, { projectId }) =>
  db.selectFrom("image_counts").select("images").where("project_id", "=", projectId),
);

const addToCount = preparedQuery<{ projectId: string; more: number }, { images: number }>((db, { projectId, more }) =>
  db
    .insertInto("image_counts")
    .values({ project_id: projectId, images: more })
    .onConflict((conflict) => conflict.column("project_id").doUpdateSet({ images: sql`image_counts.images + ${more}` }))
    .returning("images"),
);
