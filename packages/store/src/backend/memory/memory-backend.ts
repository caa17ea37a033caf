import { readFile, rm } from "node:fs/promises";
import { StoreError } from "../../store-error.ts";
import type { Backend, KeptFile, NewFile } from "../backend.ts";
import { checkFileName } from "../file-name.ts";
import { checkOffset, fillTargets } from "../fill-targets.ts";

/**
 * Keeps files in memory, for tests of what stands above it. `files` outlives the backend, as a folder or a bucket would.
 *
 * Memory  everything that is put
 */
export function memoryBackend(files: Map<string, Uint8Array> = new Map()): Backend {
  return {
    place: "memory",
    put: (name, content) => putFile(files, name, content),
    read: async (name, offset, targets, { signal } = {}) => {
      signal?.throwIfAborted();
      checkOffset(offset);
      checkFileName(name);
      const file = files.get(name);
      if (file === undefined) {
        throw new StoreError("store.missing", `There is no file ${name} in memory.`);
      }
      return fillTargets(targets, 0, file.subarray(offset));
    },
    sizeOf: async (name) => {
      checkFileName(name);
      return files.get(name)?.length;
    },
    async *list(prefix): AsyncGenerator<KeptFile, void, undefined> {
      for (const [name, { length }] of [...files].filter(([name]) => name.startsWith(prefix))) {
        yield { name, sizeBytes: length };
      }
    },
    remove: async (name) => {
      checkFileName(name);
      files.delete(name);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function putFile(files: Map<string, Uint8Array>, name: string, content: NewFile): Promise<void> {
  try {
    checkFileName(name);
    const bytes = "bytes" in content ? new Uint8Array(content.bytes) : await readFile(content.stagedPath);
    if (files.has(name)) {
      throw new StoreError("store.exists", `There is a file ${name} in memory already.`);
    }
    files.set(name, bytes);
  } finally {
    if ("stagedPath" in content) {
      await rm(content.stagedPath, { force: true });
    }
  }
}
