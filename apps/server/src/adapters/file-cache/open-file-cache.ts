import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "@tintype/store/folder/durable-files.ts";
import { DamagedCacheError } from "../../ports/file-cache.ts";
import type { CachedFile, FileCache } from "../../ports/file-cache.ts";
import type { ImageId } from "../../ports/ids.ts";
import { readState, statePath } from "./cache-state.ts";
import { readEnd } from "./cached-file-end.ts";
import type { CachedFileEnd } from "./cached-file-end.ts";
import { parseFileName } from "./cached-file-names.ts";
import { LocalFileCache } from "./local-file-cache.ts";
import type { FileCacheOptions } from "./local-file-cache.ts";

/**
 * Opens the cache in a folder, which is made when it is missing. Files that were not whole when the service stopped are removed, and so is
 * what is more than there may be. Files of other names are left alone.
 *
 * Memory  what is known of each file, without its checksums
 */
export async function openFileCache(options: FileCacheOptions): Promise<FileCache> {
  const { dir } = options;
  await makeDirectory(dir);
  const { queue, reads } = await readState(statePath(dir));
  const files = new Map<string, CachedFile>();
  for (const name of await readdir(dir)) {
    const parsed = parseFileName(name);
    if (parsed === undefined) {
      continue;
    }
    const end = parsed.kind === "whole" ? await endOf(join(dir, name)) : undefined;
    if (end === undefined) {
      await rm(join(dir, name), { force: true });
      continue;
    }
    const { key } = parsed;
    const { imageId, lengthBytes, cachedAt } = end;
    files.set(key, { key, imageId, lengthBytes, cachedAt, ...(reads[key] ?? { hits: 0, readAt: cachedAt }) });
  }
  // Ids of images, as they were written.
  const cache = new LocalFileCache(options, files, queue as ImageId[]);
  await cache.prune();
  return cache;
}

/** Undefined when the file does not end as it was written. */
async function endOf(path: string): Promise<CachedFileEnd | undefined> {
  await using handle = await open(path, "r");
  try {
    return await readEnd(handle);
  } catch (error) {
    if (error instanceof DamagedCacheError) {
      return undefined;
    }
    throw error;
  }
}
