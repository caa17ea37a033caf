import type { PatchForm } from "@tintype/contract/image-v2/images.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DeclarationEdit } from "../../images/declared/edit-image.ts";
import type { DeclaredFields } from "../../images/declared/declared-fields.ts";
import { isSettable, propertiesOf, toField, toPropertyFields } from "./attribute-fields.ts";
import type { AttributeChange } from "./parse-patch.ts";

/**
 * Makes the edit of a patch: its changes apply in order. Adding overwrites in the newer form, and is refused in the older one where there is
 * something already; every image has what its owner may set.
 *
 * Throws  while editing: image.attributeExists, image.attributeMissing
 */
export function patchEdit(changes: readonly AttributeChange[], form: PatchForm): DeclarationEdit {
  return (declared) => {
    const properties = propertiesOf(declared);
    let fields: Partial<DeclaredFields> = {};
    for (const { op, name, value } of changes) {
      const isThere = isSettable(name) || properties.has(name);
      if (op === "add" ? isThere && form === "v2.0" : !isThere) {
        throw new ServiceError(op === "add" ? "image.attributeExists" : "image.attributeMissing", { name: name.slice(0, 100) });
      }
      if (isSettable(name)) {
        fields = { ...fields, ...toField(name, value) };
      } else if (typeof value === "string") {
        properties.set(name, value);
      } else {
        // Taken away, or set to null where a property may be.
        properties.delete(name);
      }
    }
    return { ...fields, ...toPropertyFields(properties) };
  };
}
