import { sql } from "kysely";
import type { Kysely, Selectable } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { RecycleBin, RecycledImage } from "../../ports/recycle-bin.ts";
import type { RecycleBinTables } from "./recycle-bin-tables.ts";
import type { Tables } from "./tables.ts";

type RecycledRow = Selectable<RecycleBinTables["recycled_images"]>;

/** The recycle bin in an SQL database. */
export function sqlRecycleBin(db: Kysely<Tables>): RecycleBin {
  return {
    async insert(recycled) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("recycled_images")
        .values(toRow(recycled))
        .onConflict((conflict) => conflict.column("id").doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) {
        throw new DuplicateError(`Image ${recycled.image.id} is in the recycle bin already`);
      }
    },

    async get(id) {
      const row = await db.selectFrom("recycled_images").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toRecycled(row);
    },

    async list(projectId, { after, limit }) {
      let query = db.selectFrom("recycled_images").selectAll().limit(limit);
      if (projectId !== undefined) {
        query = query.where("project_id", "=", projectId);
      }
      if (after !== undefined) {
        query = query.where(sql<boolean>`(deleted_at, id) < (${after.deletedAt}, ${after.id})`);
      }
      const rows = await query.orderBy("deleted_at", "desc").orderBy("id", "desc").execute();
      return rows.map(toRecycled);
    },

    async expired(now, limit) {
      const rows = await db
        .selectFrom("recycled_images")
        .selectAll()
        .where("purge_at", "<=", now)
        .orderBy("purge_at")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(toRecycled);
    },

    async remove(id) {
      const row = await db.deleteFrom("recycled_images").where("id", "=", id).returningAll().executeTakeFirst();
      return row && toRecycled(row);
    },
  };
}

function toRow({ image, deletedAt, purgeAt }: RecycledImage): RecycledRow {
  return { id: image.id, project_id: image.projectId, deleted_at: deletedAt, purge_at: purgeAt, record: JSON.stringify(image) };
}

/** Fields without a value are no part of JSON; they come back as such. */
const withoutValue = {
  origin: undefined,
  sourceFormat: undefined,
  activeAt: undefined,
  encryption: undefined,
  file: undefined,
  promised: undefined,
};

/** What was deleted before there were several stores lies in the one that there was (migration 19), and had no locations (migration 20). */
const before = { stores: ["main"], locations: [] } as const;
type Since = keyof typeof before;

/** Rows are written by `toRow` alone, so the image in them is one. */
function toRecycled(row: RecycledRow): RecycledImage {
  const kept = JSON.parse(row.record) as Omit<ImageRecord, Since> & Partial<Pick<ImageRecord, Since>>;
  const image = { ...withoutValue, ...before, ...kept };
  return { image, deletedAt: row.deleted_at, purgeAt: row.purge_at };
}
