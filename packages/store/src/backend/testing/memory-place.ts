import type { Backend } from "../backend.ts";
import type { BackendPlace } from "../backend.contract.ts";
import { memoryBackend } from "../memory/memory-backend.ts";

/** A place in memory for the suite, with what `decorate` puts around the backend. */
export function memoryPlace(decorate: (backend: Backend) => Backend = (backend) => backend): BackendPlace {
  const files = new Map<string, Uint8Array>();
  return {
    open: async () => decorate(memoryBackend(files)),
    [Symbol.asyncDispose]: async () => files.clear(),
  };
}
