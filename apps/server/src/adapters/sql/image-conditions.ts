import type { Expression, SqlBool } from "kysely";
import type { EqualFields, ImageFilter } from "../../ports/image-catalog.ts";
import { toColumns } from "./image-row.ts";
import { isVisible } from "./image-visibility.ts";
import type { Images } from "./image-visibility.ts";

const equalFields: readonly (keyof EqualFields)[] = [
  "id",
  "projectId",
  "name",
  "containerFormat",
  "diskFormat",
  "minDiskGiB",
  "minRamMiB",
  "osType",
  "osBit",
  "osVersion",
  "platform",
  "architecture",
  "firmware",
  "protected",
];

/** What a filter asks of a row. */
export function conditionsOf(filter: ImageFilter): readonly ((images: Images) => Expression<SqlBool>)[] {
  const equal = Object.fromEntries(equalFields.filter((field) => filter[field] !== undefined).map((field) => [field, filter[field]]));
  const { status, kind, visibility } = filter;
  return [
    isVisible(filter),
    ...Object.entries(toColumns(equal)).map(
      ([column, value]) =>
        (images: Images) =>
          images(column as "id", "=", value as string),
    ),
    ...(status === undefined ? [] : [(images: Images) => images("status", "in", status)]),
    ...(kind === undefined ? [] : [(images: Images) => images("kind", "in", kind)]),
    ...(visibility === undefined ? [] : [(images: Images) => images("visibility", "in", visibility)]),
  ];
}
