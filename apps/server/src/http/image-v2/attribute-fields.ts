import type { settableAttributes } from "@tintype/contract/image-v2/images.ts";
import type { DeclaredFields } from "../../images/declared/declared-fields.ts";

/** Name of something that every image has and its owner sets. */
export type SettableAttribute = keyof typeof settableAttributes;

/** Which field each of them is; texts that are unset are empty there. */
const fields: Readonly<Record<SettableAttribute, keyof DeclaredFields>> = {
  name: "name",
  visibility: "visibility",
  protected: "protected",
  os_hidden: "isHidden",
  owner: "projectId",
  container_format: "containerFormat",
  disk_format: "diskFormat",
  min_ram: "minRamMiB",
  min_disk: "minDiskGiB",
  tags: "tags",
};

/** Tells whether every image has an attribute. */
export function isSettable(name: string): name is SettableAttribute {
  return Object.hasOwn(fields, name);
}

/** The field that an attribute sets, of a value that `checkValue` let pass. */
export function toField(name: SettableAttribute, value: unknown): Partial<DeclaredFields> {
  return { [fields[name]]: Array.isArray(value) ? [...new Set(value)] : (value ?? "") };
}

/** Words about an image are a field of it, and a property here; none is an empty one. */
export const descriptionProperty = "description";

/** Properties as the Image API has them, as fields. */
export function toPropertyFields(properties: ReadonlyMap<string, string>): Pick<DeclaredFields, "description" | "properties"> {
  const others = [...properties].filter(([name]) => name !== descriptionProperty);
  return { description: properties.get(descriptionProperty) ?? "", properties: Object.fromEntries(others) };
}

/** What an image has as properties here. */
export function propertiesOf({ description, properties }: Pick<DeclaredFields, "description" | "properties">): Map<string, string> {
  return new Map([...Object.entries(properties), ...(description === "" ? [] : [[descriptionProperty, description] as const])]);
}
