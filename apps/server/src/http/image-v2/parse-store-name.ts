import { ServiceError } from "@tintype/contract/service-error.ts";
import { areSeveral } from "../../images/wanted-stores.ts";
import type { NamedStore, NamedStores } from "../../ports/named-stores.ts";

/** The store that the header of an upload names; undefined without one. Throws  image.storeNotThere */
export function parseStoreHeader(stores: NamedStores, header: string | readonly string[] | undefined): NamedStore | undefined {
  return header === undefined ? undefined : storeOf(stores, String(header));
}

/**
 * The stores that a download shall rather come from: names with commas between them, the first choice first.
 *
 * Throws  image.invalidQuery where there is no choice; image.storeNotThere
 */
export function parsePrefer(stores: NamedStores, prefer = ""): readonly NamedStore[] {
  const names = prefer
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length > 0 && !areSeveral(stores)) {
    throw new ServiceError("image.invalidQuery", { name: "prefer", problem: "there is one store" });
  }
  return names.map((name) => storeOf(stores, name));
}

function storeOf(stores: NamedStores, name: string): NamedStore {
  const store = stores.find(name);
  if (store === undefined) {
    throw new ServiceError("image.storeNotThere", { name: name.slice(0, 100), stores: stores.all.map((known) => known.name).join(", ") });
  }
  return store;
}
