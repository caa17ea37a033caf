import { rm } from "node:fs/promises";
import type { Backend } from "../src/backend/backend.ts";

/** What a test may do around the calls of a backend. A step that throws keeps the call from being made. */
export interface BackendSteps {
  beforePut?: (name: string) => void | Promise<void>;
  afterPut?: (name: string) => void | Promise<void>;
  beforeRemove?: (name: string) => void | Promise<void>;
  afterRead?: (name: string, bytesRead: number) => void;
}

/** A backend that runs a test's steps. They may be changed at any time. */
export function watchedBackend(backend: Backend, steps: BackendSteps): Backend {
  return {
    place: backend.place,
    put: async (name, content) => {
      try {
        await steps.beforePut?.(name);
      } catch (error) {
        // A backend takes staged files over also when it fails.
        await rm("stagedPath" in content ? content.stagedPath : "", { force: true });
        throw error;
      }
      await backend.put(name, content);
      await steps.afterPut?.(name);
    },
    read: async (name, offset, targets, options) => {
      const bytesRead = await backend.read(name, offset, targets, options);
      steps.afterRead?.(name, bytesRead);
      return bytesRead;
    },
    sizeOf: (name) => backend.sizeOf(name),
    list: (prefix) => backend.list(prefix),
    remove: async (name) => {
      await steps.beforeRemove?.(name);
      await backend.remove(name);
    },
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}
