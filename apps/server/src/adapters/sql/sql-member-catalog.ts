import { sql } from "kysely";
import type { Kysely, Selectable } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { MemberStatus } from "../../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../../ports/ids.ts";
import type { MemberCatalog, MemberRecord } from "../../ports/member-catalog.ts";
import type { MembersTables } from "./members-tables.ts";
import type { Tables } from "./tables.ts";
import { together } from "./together.ts";

type MemberRow = Selectable<MembersTables["image_members"]>;

/** Members in an SQL database. They reference their image, which takes them along when it goes. */
export function sqlMemberCatalog(db: Kysely<Tables>): MemberCatalog {
  return {
    insert: (member) =>
      together(db, async (inside) => {
        const { numInsertedOrUpdatedRows } = await inside
          .insertInto("image_members")
          .values(toRow(member))
          .onConflict((conflict) => conflict.columns(["image_id", "member_id"]).doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 1n) {
          throw new DuplicateError(`Image ${member.imageId} has the member ${member.memberId} already`);
        }
        await count(inside, member.imageId, 1);
      }),

    async get(imageId, memberId) {
      const row = await selectMember(db, imageId, memberId).executeTakeFirst();
      return row && toRecord(row);
    },

    async list(imageId, { after, limit }) {
      let query = db.selectFrom("image_members").selectAll().where("image_id", "=", imageId).limit(limit);
      if (after !== undefined) {
        const marker = await selectMember(db, imageId, after).executeTakeFirst();
        if (marker === undefined) {
          return undefined;
        }
        query = query.where(sql<boolean>`(created_at, member_id) > (${marker.created_at}, ${marker.member_id})`);
      }
      const rows = await query.orderBy("created_at").orderBy("member_id").execute();
      return rows.map(toRecord);
    },

    async changeStatus(imageId, memberId, status, now) {
      const row = await db
        .updateTable("image_members")
        .set({ status, updated_at: now })
        .where("image_id", "=", imageId)
        .where("member_id", "=", memberId)
        .returningAll()
        .executeTakeFirst();
      return row && toRecord(row);
    },

    remove: (imageId, memberId) =>
      together(db, async (inside) => {
        const { numDeletedRows } = await inside
          .deleteFrom("image_members")
          .where("image_id", "=", imageId)
          .where("member_id", "=", memberId)
          .executeTakeFirstOrThrow();
        await count(inside, imageId, -Number(numDeletedRows));
        return numDeletedRows > 0n;
      }),

    async mostOfOneImage(projectId) {
      const { most } = await db
        .selectFrom("images")
        .select((images) => images.fn.max("member_count").as("most"))
        .where("project_id", "=", projectId)
        .executeTakeFirstOrThrow();
      // There is no largest of none.
      return most ?? 0;
    },
  };
}

async function count(db: Kysely<Tables>, imageId: string, more: number): Promise<void> {
  await db
    .updateTable("images")
    .set((images) => ({ member_count: images("member_count", "+", more) }))
    .where("id", "=", imageId)
    .execute();
}

function selectMember(db: Kysely<Tables>, imageId: string, memberId: string) {
  return db.selectFrom("image_members").selectAll().where("image_id", "=", imageId).where("member_id", "=", memberId);
}

function toRow({ imageId, memberId, status, createdAt, updatedAt }: MemberRecord): MemberRow {
  return { image_id: imageId, member_id: memberId, status, created_at: createdAt, updated_at: updatedAt };
}

/** Rows are written by `toRow` and `changeStatus` alone, so the words in them are ours. */
function toRecord(row: MemberRow): MemberRecord {
  return {
    imageId: row.image_id as ImageId,
    memberId: row.member_id as ProjectId,
    status: row.status as MemberStatus,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
