import type { Backend } from "./backend.ts";
import { checkOffset, fillTargets } from "./fill-targets.ts";
import { WholeFiles } from "./whole-files.ts";

export interface CacheOptions {
  /** Tells which files to keep, by name: small ones that are read again and again, as manifests. */
  readonly keeps: (name: string) => boolean;
  /** Bytes of files kept in memory. */
  readonly limitBytes: number;
  /** Files that are longer are not kept. A file's first read asks for so many bytes. */
  readonly fileLimitBytes: number;
}

/**
 * A backend that keeps whole small files in memory, those used last. Files never change, so what is kept stays right until the
 * file is removed; a removal by another process is not seen.
 *
 * Memory  `limitBytes`, and `fileLimitBytes` for each file being read for the first time
 */
export function cachedBackend(backend: Backend, options: CacheOptions): Backend {
  const { keeps, fileLimitBytes } = options;
  const kept = new WholeFiles(options.limitBytes);
  // Counts removals: a file that is removed while it is read must not be kept afterwards.
  let removals = 0;

  /** The file when it is short enough; undefined when it is longer. */
  const load = async (name: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> => {
    const removalsBefore = removals;
    const memory = Buffer.allocUnsafeSlow(fileLimitBytes + 1);
    const length = await backend.read(name, 0, [memory], signal === undefined ? {} : { signal });
    const file = length > fileLimitBytes ? undefined : new Uint8Array(memory.subarray(0, length));
    if (removals === removalsBefore) {
      kept.set(name, file ?? "long");
    }
    return file;
  };

  return {
    place: backend.place,
    put: (name, content) => backend.put(name, content),
    read: async (name, offset, targets, readOptions = {}) => {
      if (!keeps(name)) {
        return await backend.read(name, offset, targets, readOptions);
      }
      checkOffset(offset);
      readOptions.signal?.throwIfAborted();
      const known = kept.get(name) ?? (await load(name, readOptions.signal)) ?? "long";
      return known === "long" ? await backend.read(name, offset, targets, readOptions) : fillTargets(targets, 0, known.subarray(offset));
    },
    sizeOf: async (name) => {
      const known = kept.get(name);
      return known === undefined || known === "long" ? await backend.sizeOf(name) : known.length;
    },
    list: (prefix) => backend.list(prefix),
    remove: async (name) => {
      removals += 1;
      kept.delete(name);
      await backend.remove(name);
    },
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}
