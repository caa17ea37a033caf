import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ListImagesQuery } from "@tintype/contract/ims/list-images.ts";
import type { ImsImageWithProperties } from "./to-ims-image.ts";

/** One condition on an image as it is shown. */
export type AttributeCondition = (image: ImsImageWithProperties) => boolean;

/** Parameters that select by equality with the attribute of the same name. */
const plainAttributes: ReadonlySet<string> = new Set([
  "protected",
  "container_format",
  "disk_format",
  "min_disk",
  "min_ram",
  "virtual_env_type",
]);

/** Parameters that have a meaning of their own, here or in the catalog's filter. */
const special: Readonly<Record<string, (value: string, name: string) => AttributeCondition>> = {
  architecture: (value) => (image) => (image.__support_arm === "true" ? "arm" : "x86") === value,
  tag: (value) => (image) => image.tags.includes(value) || image.tags.some((tag) => tag.startsWith(`${value}=`)),
  enterprise_project_id: (value) => (image) => image.enterprise_project_id === value,
  __whole_image: (value) => (image) => (image["__whole_image"] ?? "false") === value.toLowerCase(),
  created_at: (value, name) => timeCondition(name, value),
  updated_at: (value, name) => timeCondition(name, value),
};

/** The conditions that the catalog's filter does not hold. Parameters that IMS does not know are ignored, as IMS does. */
export function attributeConditions(query: ListImagesQuery): readonly AttributeCondition[] {
  return Object.entries(query).flatMap(([name, given]) => {
    // A repeated parameter comes as a list: all of its values must hold.
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    return values.filter((value) => typeof value === "string").flatMap((value) => conditionsOf(name, value));
  });
}

function conditionsOf(name: string, value: string): readonly AttributeCondition[] {
  if (name === "enterprise_project_id" && value === "all_granted_eps") {
    return [];
  }
  const condition = Object.hasOwn(special, name) ? special[name] : undefined;
  if (condition !== undefined) {
    return [condition(value, name)];
  }
  const selects = plainAttributes.has(name) || (name.startsWith("__") && name !== "__imagetype");
  return selects ? [(image) => Object.hasOwn(image, name) && String(image[name]) === value] : [];
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  eq: (a, b) => a === b,
  neq: (a, b) => a !== b,
};

function timeCondition(name: string, value: string): AttributeCondition {
  const [, operator = "", time = ""] = /^([a-z]+):(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?)$/.exec(value) ?? [];
  const compare = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  const instant = Date.parse(`${time.replace(" ", "T").replace(/Z$/, "")}Z`);
  if (compare === undefined || Number.isNaN(instant)) {
    const problem = `"${value}" is not gt, gte, lt, lte, eq or neq, a colon, and a time as yyyy-MM-ddThh:mm:ssZ`;
    throw new ServiceError("IMG.0017", { parameter: name, problem });
  }
  return (image) => compare(Date.parse(String(image[name])), instant);
}
