import { ServiceError } from "@tintype/contract/service-error.ts";
import type { NamedStore, NamedStores } from "../ports/named-stores.ts";

/** Where a client wants the content of an image: in stores by their names, in all of them, or in the default one. */
export interface StoreWish {
  readonly names: readonly string[] | "all" | undefined;
  /** Whether nothing shall come of it when one of these stores fails. */
  readonly mustSucceed: boolean;
}

/**
 * The names of the stores that are wished for, each once, the preferred first.
 *
 * Throws  image.storeUnknown
 */
export function wantedStores(stores: NamedStores, { names }: Pick<StoreWish, "names">): readonly string[] {
  if (names === undefined) {
    return [defaultStore(stores).name];
  }
  return names === "all"
    ? stores.all.map(({ name }) => name)
    : inPreference(
        stores,
        names.map((name) => storeNamed(stores, name).name),
      );
}

/** Names, each once, the preferred first; those that the settings no longer name stay, behind all others. */
export function inPreference({ all }: NamedStores, names: readonly string[]): readonly string[] {
  const wanted = new Set(names);
  const known = all.map(({ name }) => name).filter((name) => wanted.has(name));
  return [...known, ...wanted.difference(new Set(known))];
}

/** The store that everything goes to for which no other was wished. */
export function defaultStore({ all }: NamedStores): NamedStore {
  const store = all.find(({ isDefault }) => isDefault);
  if (store === undefined) {
    throw new Error("No store is the default one");
  }
  return store;
}

/** Tells whether there is a choice of stores. */
export function areSeveral({ all }: NamedStores): boolean {
  return all.length > 1;
}

/** A store that was found by this name before. Throws  image.storeUnknown when the settings no longer name it */
export function storeNamed(stores: NamedStores, name: string): NamedStore {
  const store = stores.find(name);
  if (store === undefined) {
    throw new ServiceError("image.storeUnknown", { name: name.slice(0, 100), stores: stores.all.map((known) => known.name).join(", ") });
  }
  return store;
}
