import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { ImageFilter, ImagePage, ImageRecord } from "../../ports/image-catalog.ts";
import { conditionsOf } from "./image-conditions.ts";
import { ordersOf } from "./image-order.ts";
import { partsOf } from "./image-parts.ts";
import { toRecord } from "./image-row.ts";
import { isVisible } from "./image-visibility.ts";
import { partOfPage } from "./part-of-page.ts";
import type { Tables } from "./tables.ts";

/**
 * One page of images; undefined when the marker does not exist for whom the list is made. Lists by creation and by name, and by a tag, read
 * of their indexes little more than the page.
 */
export async function listImages(db: Kysely<Tables>, filter: ImageFilter, page: ImagePage): Promise<readonly ImageRecord[] | undefined> {
  const { after, limit, offset = 0, sort, thenBy = [] } = page;
  const orders = ordersOf([...(sort === undefined ? [] : [sort]), ...thenBy]);
  const marked = db
    .selectFrom("images")
    .selectAll()
    .where("id", "=", after ?? "")
    .where(isVisible(filter));
  const marker = after === undefined ? undefined : await marked.executeTakeFirst();
  if (after !== undefined && marker === undefined) {
    return undefined;
  }
  const parts = partsOf(filter).map((part) => partOfPage(db, part, { filter, orders, marker, limit: limit + offset }));
  const [first, ...others] = parts;
  if (first === undefined) {
    return [];
  }
  if (others.length === 0) {
    return (await first.selectAll("images").limit(limit).offset(offset).execute()).map(toRecord);
  }
  // Parts are merged by what orders them; only the rows of the page are read as a whole.
  const columns = orders.map(({ column }) => `images.${column}` as const);
  const keysOf = (part: typeof first) => db.selectFrom(part.select(columns).as("part")).selectAll();
  let keys = db.selectFrom(others.reduce((united, part) => united.unionAll(keysOf(part)), keysOf(first)).as("keys")).selectAll();
  let rows = db.selectFrom("images").selectAll("images");
  for (const { column, direction } of orders) {
    keys = keys.orderBy(column, direction);
    rows = rows.orderBy(sql.ref(`page.${column}`), direction);
  }
  const paged = keys.limit(limit).offset(offset).as("page");
  return (await rows.innerJoin(paged, "page.id", "images.id").execute()).map(toRecord);
}

/** Number of images that a filter selects. */
export async function countImages(db: Kysely<Tables>, filter: ImageFilter): Promise<number> {
  let query = db.selectFrom("images").select((images) => images.fn.countAll().as("count"));
  for (const condition of conditionsOf(filter)) {
    query = query.where(condition);
  }
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/**
 * The tags of the images that a filter selects, each once.
 *
 * Memory  what differs of the images' tags
 */
export async function listTags(db: Kysely<Tables>, filter: ImageFilter): Promise<readonly string[]> {
  let query = db.selectFrom("images").select("tags").distinct();
  for (const condition of conditionsOf(filter)) {
    query = query.where(condition);
  }
  const rows = await query.execute();
  // Written by `toColumns`: a JSON array of strings.
  return [...new Set(rows.flatMap(({ tags }) => JSON.parse(tags) as string[]))].toSorted();
}
