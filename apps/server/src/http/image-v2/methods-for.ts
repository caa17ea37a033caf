import { copyMethod, importMethods } from "@tintype/contract/image-v2/import-methods.table.ts";
import { areSeveral } from "../../images/wanted-stores.ts";
import type { NamedStores } from "../../ports/named-stores.ts";

/** The ways in which an image can be imported; between stores it is copied where there are several. */
export function methodsFor(stores: NamedStores): readonly string[] {
  return areSeveral(stores) ? [...importMethods, copyMethod] : importMethods;
}
