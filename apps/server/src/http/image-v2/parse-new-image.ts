import type { CreateImageBody } from "@tintype/contract/image-v2/images.ts";
import type { NewDeclaration } from "../../images/declared/declare-image.ts";
import type { DeclaredFields } from "../../images/declared/declared-fields.ts";
import { isSettable, toField, toPropertyFields } from "./attribute-fields.ts";
import { checkName, checkValue } from "./check-attribute.ts";

/** What an image has that nothing is said about. */
const unsaid: Omit<DeclaredFields, "projectId" | "description" | "properties"> = {
  name: "",
  visibility: "shared",
  protected: false,
  isHidden: false,
  containerFormat: "",
  diskFormat: "",
  minDiskGiB: 0,
  minRamMiB: 0,
  tags: [],
};

/** Throws  image.readOnly, image.reserved, image.invalidBody */
export function parseNewImage({ id, owner, ...attributes }: CreateImageBody): NewDeclaration {
  const properties = new Map<string, string>();
  let fields: Partial<DeclaredFields> = {};
  for (const [name, value] of Object.entries(attributes)) {
    checkName(name);
    checkValue(name, value);
    if (isSettable(name)) {
      fields = { ...fields, ...toField(name, value) };
    } else if (typeof value === "string") {
      properties.set(name, value);
    }
  }
  return { id: id?.toLowerCase(), ownerId: owner, fields: { ...unsaid, ...fields, ...toPropertyFields(properties) } };
}
