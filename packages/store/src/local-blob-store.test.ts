import { describeBlobStore } from "./blob-store.contract.ts";
import { openLocalStore } from "./open-local-store.ts";
import { filesUnder, temporaryFolder } from "../test/temporary-folder.ts";

// Small chunks and packs, so that small contents reach every border: several packs a blob, more chunks than slots.
for (const chunkSizeBytes of [4096, 65_536]) {
  describeBlobStore(`a local folder with chunks of ${chunkSizeBytes} bytes`, chunkSizeBytes, async () => {
    const folder = await temporaryFolder();
    return {
      open: () =>
        openLocalStore(folder.path, { chunkSizeBytes, packBytes: 10 * chunkSizeBytes, workers: 2, cacheBytes: 4 * chunkSizeBytes }),
      contents: async () => (await filesUnder(folder.path)).filter((path) => !/^(index\.sqlite|lock)/.test(path)),
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  });
}
