import type { Backend } from "@tintype/store/backend/backend.ts";

/** How often what was read. */
export interface ReadCount {
  calls: number;
  bytes: number;
  /** Those of the calls that read a list of chunks. */
  listCalls: number;
}

/** A backend that counts reads of packs. `lists` are the places of lists, as `file@offset`. */
export function countingBackend(backend: Backend, count: ReadCount, lists: ReadonlySet<string>): Backend {
  return {
    place: backend.place,
    put: (name, content) => backend.put(name, content),
    read: async (name, offset, targets, options) => {
      const bytes = await backend.read(name, offset, targets, options);
      if (name.startsWith("packs/")) {
        count.calls += 1;
        count.bytes += bytes;
        count.listCalls += lists.has(`${name}@${offset}`) ? 1 : 0;
      }
      return bytes;
    },
    sizeOf: (name) => backend.sizeOf(name),
    list: (prefix) => backend.list(prefix),
    remove: (name) => backend.remove(name),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}
