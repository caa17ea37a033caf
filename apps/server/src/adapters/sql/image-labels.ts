import type { Insertable, Kysely } from "kysely";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { ImagesTables } from "./images-tables.ts";
import type { Tables } from "./tables.ts";

/** What finds an image by its labels. */
type Labelled = Pick<ImageRecord, "id" | "projectId" | "createdAt" | "tags" | "properties">;

type TagRow = Insertable<ImagesTables["image_tags"]>;

/** Writes the rows that find an image by its tags and free attributes. They go with the image when it is removed. */
export async function insertLabels(db: Kysely<Tables>, image: Labelled): Promise<void> {
  await insertTags(db, image);
  await insertProperties(db, image);
}

/** Writes those rows anew where an update changed what they repeat. */
export async function replaceLabels(db: Kysely<Tables>, image: Labelled, changed: { tags: boolean; properties: boolean }): Promise<void> {
  if (changed.tags) {
    await db.deleteFrom("image_tags").where("image_id", "=", image.id).execute();
    await insertTags(db, image);
  }
  if (changed.properties) {
    await db.deleteFrom("image_properties").where("image_id", "=", image.id).execute();
    await insertProperties(db, image);
  }
}

async function insertTags(db: Kysely<Tables>, { id, projectId, createdAt, tags }: Labelled): Promise<void> {
  const valueOf = new Map(tags.map(splitTag));
  const rows = Array.from(valueOf, ([key, value]): TagRow => ({
    image_id: id,
    tag_key: key,
    tag_value: value,
    project_id: projectId,
    created_at: createdAt,
  }));
  if (rows.length > 0) {
    await db.insertInto("image_tags").values(rows).execute();
  }
}

async function insertProperties(db: Kysely<Tables>, { id, properties }: Labelled): Promise<void> {
  const rows = Object.entries(properties).map(([name, value]) => ({ image_id: id, name, value }));
  if (rows.length > 0) {
    await db.insertInto("image_properties").values(rows).execute();
  }
}

/** An image keeps a tag as `key=value`, or as `key` when it has no value. */
function splitTag(tag: string): readonly [key: string, value: string] {
  const place = tag.indexOf("=");
  return place < 0 ? [tag, ""] : [tag.slice(0, place), tag.slice(place + 1)];
}
