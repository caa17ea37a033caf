import type { Expression, SqlBool } from "kysely";
import type { ImageSort } from "../../ports/image-catalog.ts";
import type { ImageRow } from "./image-row.ts";
import type { Images } from "./image-visibility.ts";

export type SortColumn = "created_at" | "updated_at" | "name" | "status" | "id" | "container_format" | "disk_format" | "file_bytes";

/** A column of the order of a list. */
export interface Order {
  readonly column: SortColumn;
  readonly direction: "asc" | "desc";
}

const sortColumns: Readonly<Record<ImageSort["key"], SortColumn>> = {
  createdAt: "created_at",
  updatedAt: "updated_at",
  name: "name",
  status: "status",
  id: "id",
  containerFormat: "container_format",
  diskFormat: "disk_format",
  fileBytes: "file_bytes",
};

/** The asked order, made total so that paging neither repeats nor skips: newest first among equals, then by id. */
export function ordersOf(asked: readonly ImageSort[]): readonly Order[] {
  const orders: readonly Order[] = [
    ...asked.map(({ key, direction }) => ({ column: sortColumns[key], direction })),
    { column: "created_at", direction: "desc" },
    { column: "id", direction: "desc" },
  ];
  // What a column has ordered once, it cannot order again; behind the id nothing is left to order.
  const first = orders.filter(({ column }, index) => orders.findIndex((order) => order.column === column) === index);
  return first.slice(0, first.findIndex(({ column }) => column === "id") + 1);
}

/**
 * Rows behind the marker: behind it in the first column where they differ. That none is before it in the first column says nothing new, but
 * tells an index where to begin. `refOf` names the columns.
 */
export function comesAfter(
  images: Images,
  marker: ImageRow,
  { orders, refOf }: { readonly orders: readonly Order[]; readonly refOf: (column: SortColumn) => Expression<string | number> },
): Expression<SqlBool> {
  const [first] = orders;
  const differ = orders.map(({ column, direction }, index) =>
    images.and([
      ...orders.slice(0, index).map((earlier) => images(refOf(earlier.column), "=", marker[earlier.column])),
      images(refOf(column), direction === "asc" ? ">" : "<", marker[column]),
    ]),
  );
  const notBefore = first === undefined ? [] : [images(refOf(first.column), first.direction === "asc" ? ">=" : "<=", marker[first.column])];
  return images.and([...notBefore, images.or(differ)]);
}
