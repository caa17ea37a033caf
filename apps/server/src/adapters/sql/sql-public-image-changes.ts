import type { Kysely } from "kysely";
import type { Architecture } from "../../ports/image-catalog.ts";
import type { ImageId } from "../../ports/ids.ts";
import type { PublicImageChange, PublicImageChanges } from "../../ports/public-image-changes.ts";
import type { Tables } from "./tables.ts";

/** The log of public images in an SQL database. */
export function sqlPublicImageChanges(db: Kysely<Tables>): PublicImageChanges {
  return {
    async insert({ id, imageId, change, changedAt, name, platform, osVersion, architecture }) {
      await db
        .insertInto("public_image_changes")
        .values({ id, image_id: imageId, change, changed_at: changedAt, name, platform, os_version: osVersion, architecture })
        .execute();
    },

    async list({ architecture, before, limit }) {
      let query = db.selectFrom("public_image_changes").selectAll().limit(limit);
      if (architecture !== undefined) {
        query = query.where("architecture", "=", architecture);
      }
      if (before !== undefined) {
        query = query.where("id", "<", before);
      }
      const rows = await query.orderBy("id", "desc").execute();
      // Rows are written by `insert` alone, so the words in them are ours.
      return rows.map((row) => ({
        id: row.id,
        imageId: row.image_id as ImageId,
        change: row.change as PublicImageChange["change"],
        changedAt: row.changed_at,
        name: row.name,
        platform: row.platform,
        osVersion: row.os_version,
        architecture: row.architecture as Architecture,
      }));
    },
  };
}
