import { memoryBackend } from "./backend/memory/memory-backend.ts";
import { describeBlobStore } from "./blob-store.contract.ts";
import { openChunkStore } from "./open-chunk-store.ts";
import { openLocalStore } from "./open-local-store.ts";
import { filesUnder, temporaryFolder } from "../test/temporary-folder.ts";

const ownFiles = /^(index\.sqlite|lock)/;

// Small chunks and packs, so that small contents reach every border: several packs a blob, more chunks than slots.
for (const chunkSizeBytes of [4096, 65_536]) {
  const options = { chunkSizeBytes, packBytes: 10 * chunkSizeBytes, workers: 2, cacheBytes: 4 * chunkSizeBytes };
  describeBlobStore(`a local folder with chunks of ${chunkSizeBytes} bytes`, chunkSizeBytes, async () => {
    const folder = await temporaryFolder();
    return {
      open: () => openLocalStore(folder.path, options),
      contents: async () => (await filesUnder(folder.path)).filter((path) => !ownFiles.test(path)),
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  });
}

const options = { chunkSizeBytes: 4096, packBytes: 40_960, workers: 2, cacheBytes: 16_384 };
describeBlobStore("memory", 4096, async () => {
  const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  const files = new Map<string, Uint8Array>();
  return {
    open: () => openChunkStore(memoryBackend(files), folder.path, options),
    openElsewhere: ({ takeOver }) => openChunkStore(memoryBackend(files), elsewhere.path, { ...options, takeOver }),
    contents: async () => [...files.keys(), ...(await filesUnder(folder.path)).filter((path) => !ownFiles.test(path))].sort(),
    [Symbol.asyncDispose]: async () => {
      await folder[Symbol.asyncDispose]();
      await elsewhere[Symbol.asyncDispose]();
    },
  };
});
