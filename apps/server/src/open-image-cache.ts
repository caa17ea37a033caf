import type { BlobStore } from "@tintype/store/blob-store.ts";
import { systemTimers } from "@tintype/jobs/system-timers.ts";
import { openFileCache } from "./adapters/file-cache/open-file-cache.ts";
import type { Config } from "./config/config-schema.ts";
import { cacheFolder } from "./data-folder.ts";
import { ImageCache } from "./image-cache/image-cache.ts";
import type { Catalog } from "./ports/catalog.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import { bytesPerGiB } from "./quotas/limits.ts";

interface Deps {
  readonly catalog: Catalog;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the cache of image files, where there is one. A store that is sealed as a whole has none: nothing of it may lie on a disk as plain
 * bytes.
 */
export async function openImageCache(
  deps: Deps,
  { cache: { dir, maxGiB, fill }, data, store }: Pick<Config, "cache" | "data" | "store">,
): Promise<ImageCache | undefined> {
  if (maxGiB === 0 || store.keyFile !== undefined) {
    return undefined;
  }
  const files = await openFileCache({ dir: dir ?? cacheFolder(data.dir), maxBytes: maxGiB * bytesPerGiB, clock: deps.clock });
  return new ImageCache({ ...deps, files, fill, timers: systemTimers });
}
