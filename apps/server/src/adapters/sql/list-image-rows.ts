import type { Expression, Kysely, SqlBool } from "kysely";
import type { ImageFilter, ImagePage, ImageRecord, ImageSort } from "../../ports/image-catalog.ts";
import { conditionsOf } from "./image-conditions.ts";
import { toRecord } from "./image-row.ts";
import type { ImageRow } from "./image-row.ts";
import { isVisible } from "./image-visibility.ts";
import type { Images } from "./image-visibility.ts";
import type { Tables } from "./tables.ts";

interface Order {
  readonly column: "created_at" | "name" | "status" | "id" | "container_format" | "disk_format";
  readonly direction: "asc" | "desc";
}

const sortColumns: Readonly<Record<ImageSort["key"], Order["column"]>> = {
  createdAt: "created_at",
  name: "name",
  status: "status",
  id: "id",
  containerFormat: "container_format",
  diskFormat: "disk_format",
};

/** One page of images; undefined when the marker does not exist for whom the list is made. */
export async function listImages(db: Kysely<Tables>, filter: ImageFilter, page: ImagePage): Promise<readonly ImageRecord[] | undefined> {
  const orders = ordersOf(page.sort);
  let query = db.selectFrom("images").selectAll().limit(page.limit);
  for (const condition of conditionsOf(filter)) {
    query = query.where(condition);
  }
  if (page.after !== undefined) {
    const marker = await db.selectFrom("images").selectAll().where("id", "=", page.after).where(isVisible(filter)).executeTakeFirst();
    if (marker === undefined) {
      return undefined;
    }
    query = query.where((images) => comesAfter(images, orders, marker));
  }
  for (const { column, direction } of orders) {
    query = query.orderBy(column, direction);
  }
  return (await query.execute()).map(toRecord);
}

/** The asked order, made total so that paging neither repeats nor skips: newest first among equals, then by id. */
function ordersOf(sort: ImageSort | undefined): readonly Order[] {
  const asked: Order[] = sort === undefined ? [] : [{ column: sortColumns[sort.key], direction: sort.direction }];
  const rest: Order[] = [
    { column: "created_at", direction: "desc" },
    { column: "id", direction: "desc" },
  ];
  return [...asked, ...rest.filter(({ column }) => column !== asked[0]?.column)];
}

/** ImageRows behind the marker: behind it in the first column where they differ. */
function comesAfter(images: Images, orders: readonly Order[], marker: ImageRow): Expression<SqlBool> {
  return images.or(
    orders.map(({ column, direction }, index) =>
      images.and([
        ...orders.slice(0, index).map((earlier) => images(earlier.column, "=", marker[earlier.column])),
        images(column, direction === "asc" ? ">" : "<", marker[column]),
      ]),
    ),
  );
}
