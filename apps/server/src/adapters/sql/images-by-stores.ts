import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { ImagesInStores } from "../../ports/image-catalog.ts";
import type { Tables } from "./tables.ts";

/** How many images have which list of stores. */
export async function imagesByStores(db: Kysely<Tables>): Promise<readonly ImagesInStores[]> {
  const count = sql<number>`count(*)`.as("images");
  const rows = await db.selectFrom("images").select(["stores", count]).where("stores", "!=", "[]").groupBy("stores").execute();
  // Whoever writes the column writes an array of names.
  return rows.map(({ stores, images }) => ({ stores: JSON.parse(stores) as string[], images }));
}
