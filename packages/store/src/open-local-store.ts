import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { wordingErrors } from "./as-store-error.ts";
import { LocalBackend } from "./backend/local/local-backend.ts";
import { makeDirectory } from "./folder/durable-files.ts";
import { tmpIn } from "./folder/work-folder.ts";
import { checkOptions, openChunkStore } from "./open-chunk-store.ts";
import type { StoreOptions } from "./open-chunk-store.ts";
import type { ChunkStore } from "./store.ts";
import { StoreError } from "./store-error.ts";
import { formatFileName } from "./store-names.ts";

/** Names that may be there before `format` is: what a first start that was cut off leaves, and what a new volume has. */
const namesBeforeFormat = new Set(["lock", "lock.pid", "tmp", "lost+found"]);

/** Stores of version 1 said in another file what they are. */
const formatFileNameBefore2 = "FORMAT";

/**
 * Opens the blob store in a folder, creating folder and store where there is none. Lock, chunk index and unfinished files lie in the
 * same folder.
 *
 * Memory  as `openChunkStore`
 * Throws  as `openChunkStore`; `store.badFormat` also when the folder holds something else, which is left untouched
 */
export async function openLocalStore(rootDir: string, options: StoreOptions = {}): Promise<ChunkStore> {
  checkOptions(options);
  const root = resolve(rootDir);
  const backend = await wordingErrors(`opening the store in ${root}`, async () => {
    await makeDirectory(root);
    await refuseStrangeFolder(root);
    return LocalBackend.open(root, { stagingDir: tmpIn(root) });
  });
  return openChunkStore(backend, root, { ...options, isShared: false });
}

async function refuseStrangeFolder(root: string): Promise<void> {
  const names = await readdir(root);
  if (names.includes(formatFileNameBefore2) && !names.includes(formatFileName)) {
    const message = `${root} holds a store of version 1, which only earlier releases read. Export its images with the release that wrote it.`;
    throw new StoreError("store.badFormat", message);
  }
  const strange = names.find((name) => !namesBeforeFormat.has(name));
  if (strange !== undefined && !names.includes(formatFileName)) {
    const message = holdsContent(names)
      ? `${root} is a store without its ${formatFileName} file: copy that file from where the store came from.`
      : `${root} has no ${formatFileName} file but holds "${strange}": it is no blob store. Choose an empty folder.`;
    throw new StoreError("store.badFormat", message);
  }
}

/** A backup that left the small file out: nobody is to be told to choose another folder. */
function holdsContent(names: readonly string[]): boolean {
  return names.includes("manifests") || names.includes("packs");
}
