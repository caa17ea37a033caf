import { sql } from "kysely";
import type { Expression, SqlBool } from "kysely";
import type { AmountCondition, EqualFields, FileCondition, ImageFilter, TimeCondition } from "../../ports/image-catalog.ts";
import { noAmount, toColumns } from "./image-row.ts";
import { hasMembers, isVisible } from "./image-visibility.ts";
import type { Images } from "./image-visibility.ts";
import { tagConditions } from "./tag-conditions.ts";

/** Something that a row of an image must have. */
export type ImageCondition = (images: Images) => Expression<SqlBool>;

const equalFields: readonly (keyof EqualFields)[] = [
  "id",
  "projectId",
  "name",
  "description",
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
  "origin",
];

const timeColumns = { createdAt: "created_at", updatedAt: "updated_at" } as const;
const amountColumns = {
  fileBytes: "file_bytes",
  virtualBytes: "virtual_bytes",
  minDiskGiB: "min_disk_gib",
  minRamMiB: "min_ram_mib",
} as const;
const wordColumns = { id: "id", name: "name", containerFormat: "container_format", diskFormat: "disk_format" } as const;
const fileWord = /^[0-9a-z]+$/;
const msPerSecond = 1000;

/** What a filter asks of a row. */
export function conditionsOf(filter: ImageFilter): readonly ImageCondition[] {
  return [isVisible(filter), ...fieldConditionsOf(filter)];
}

/** What it asks apart from whether the row exists for whom the list is made. */
export function fieldConditionsOf(filter: ImageFilter): readonly ImageCondition[] {
  const { encryptionKeyId, isEncrypted, isHidden, nameContains, properties = {}, times = [], amounts = [], tags = {}, file = {} } = filter;
  return [
    ...equalConditions(filter),
    ...memberConditions("status", filter.status),
    ...memberConditions("kind", filter.kind),
    ...memberConditions("visibility", filter.visibility),
    ...memberConditions("enterprise_project_id", filter.enterpriseProjectIds),
    ...Object.entries(filter.oneOf ?? {}).flatMap(([field, values]) =>
      memberConditions(wordColumns[field as keyof typeof wordColumns], values),
    ),
    ...(isHidden === undefined ? [] : [(images: Images) => images("is_hidden", "=", isHidden ? 1 : 0)]),
    ...amounts.flatMap(amountConditions),
    ...fileConditions(file),
    ...(filter.hasMembers === undefined ? [] : [hasMembers(filter.hasMembers)]),
    ...(encryptionKeyId === undefined ? [] : [isEncryptedWith(encryptionKeyId)]),
    ...(isEncrypted === undefined ? [] : [(images: Images) => images("encryption", isEncrypted ? "is not" : "is", null)]),
    ...(nameContains === undefined || nameContains === "" ? [] : [nameHolds(nameContains)]),
    ...Object.entries(properties).map(([name, value]) => hasProperty(name, value)),
    ...times.map(timeCondition),
    ...tagConditions(tags),
  ];
}

function equalConditions(filter: ImageFilter): readonly ImageCondition[] {
  const asked = equalFields.filter((field) => filter[field] !== undefined);
  const equal = toColumns(Object.fromEntries(asked.map((field) => [field, filter[field]])));
  // `toColumns` answers columns and their values.
  return Object.entries(equal).map(
    ([column, value]) =>
      (images) =>
        images(column as "id", "=", value as string),
  );
}

function memberConditions(
  column: "id" | "name" | "container_format" | "disk_format" | "status" | "kind" | "visibility" | "enterprise_project_id",
  values: readonly string[] | undefined,
): readonly ImageCondition[] {
  if (values === undefined) {
    return [];
  }
  // `in ()` is no SQL everywhere.
  return [(images) => (values.length === 0 ? images.lit(false) : images(column, "in", values))];
}

/** The column has the JSON of an object with this one field. */
function isEncryptedWith(keyId: string): ImageCondition {
  const { encryption = null } = toColumns({ encryption: { keyId } });
  return (images) => images("encryption", "=", encryption);
}

/** Taking the text out of the name changes it: LIKE has wildcards, and the functions that find a text differ between databases. */
function nameHolds(text: string): ImageCondition {
  return () => sql<boolean>`replace(lower(images.name), lower(${text}), '') <> lower(images.name)`;
}

function amountConditions({ field, least = 0, most }: AmountCondition): readonly ImageCondition[] {
  const column = amountColumns[field];
  return [
    (images) => images(column, ">=", Math.max(least, noAmount + 1)),
    ...(most === undefined ? [] : [(images: Images) => images(column, "<=", most)]),
  ];
}

/** The column has the JSON of an object; no field of it has a name and a value that are in another's. */
function fileConditions({ md5, algorithm, digest }: FileCondition): readonly ImageCondition[] {
  const asked = Object.entries({ md5, algorithm, value: digest });
  return asked.flatMap(([name, word]) =>
    word === undefined
      ? []
      : [(images: Images) => (fileWord.test(word) ? images("file", "like", `%"${name}":"${word}"%`) : images.lit(false))],
  );
}

function hasProperty(name: string, value: string): ImageCondition {
  return (images) =>
    images.exists(
      images
        .selectFrom("image_properties")
        .select("image_properties.image_id")
        .whereRef("image_properties.image_id", "=", "images.id")
        .where("image_properties.name", "=", name)
        .where("image_properties.value", "=", value),
    );
}

/** Instants have milliseconds, and are compared as they are shown: by the whole seconds before them. */
function timeCondition({ field, operator, instant }: TimeCondition): ImageCondition {
  const column = timeColumns[field];
  const second = Math.floor(instant / msPerSecond) * msPerSecond;
  const next = second + msPerSecond;
  return (images) => {
    switch (operator) {
      case "gt":
        return images(column, ">=", next);
      case "gte":
        return images(column, ">=", second);
      case "lt":
        return images(column, "<", second);
      case "lte":
        return images(column, "<", next);
      case "eq":
        return images.and([images(column, ">=", second), images(column, "<", next)]);
      case "neq":
        return images.or([images(column, "<", second), images(column, ">=", next)]);
      default:
        return operator satisfies never;
    }
  };
}
