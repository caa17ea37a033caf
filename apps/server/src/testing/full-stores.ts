import { StoreError } from "@tintype/store/store-error.ts";
import type { NamedStore, NamedStores } from "../ports/named-stores.ts";

/** The same stores, of which those that are named in `full` take nothing new for as long as they are. */
export function fullStores(stores: NamedStores, full: ReadonlySet<string>): NamedStores {
  const refuse = (name: string): void => {
    if (full.has(name)) {
      throw new StoreError("store.full", `The store ${name} has no room left.`);
    }
  };
  const all = stores.all.map((store) => refusing(store, refuse));
  return {
    all,
    find: (name) => all.find((store) => store.name === name),
    holding: (id) => stores.holding(id),
    inTurn: (imageId, work) => stores.inTurn(imageId, work),
    replicate: async (id, to, run) => {
      if (!(await stores.find(to)?.blobs.has(id))) {
        refuse(to);
      }
      await stores.replicate(id, to, run);
    },
  };
}

function refusing(store: NamedStore, refuse: (name: string) => void): NamedStore {
  const blobs = new Proxy(store.blobs, {
    get(target, property) {
      if (property === "create") {
        return async (...args: Parameters<typeof target.create>) => {
          refuse(store.name);
          return await target.create(...args);
        };
      }
      const value: unknown = Reflect.get(target, property);
      // Not the proxy: private fields belong to the object itself.
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { ...store, blobs };
}
