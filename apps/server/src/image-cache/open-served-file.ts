import type { ByteRange } from "../buckets/read-range.ts";
import { DamagedCacheError } from "../ports/file-cache.ts";
import type { OpenCachedFile } from "../ports/file-cache.ts";
import type { Log } from "../ports/log.ts";
import type { FoundFile } from "../transfers/files/find-image-file.ts";
import { openImageFile } from "../transfers/files/open-image-file.ts";
import type { OpenedFile, OpenImageFileDeps } from "../transfers/files/open-image-file.ts";
import { cacheKeyOf } from "./cache-key.ts";
import type { ImageCache } from "./image-cache.ts";

/** What giving out files needs. */
export interface ServeFileDeps extends OpenImageFileDeps {
  /** Absent where there is no cache. */
  readonly imageCache?: ImageCache | undefined;
  readonly log: Log;
}

/**
 * Opens the file of an image where it can be read fastest: in the cache, or else in the store. Whoever calls has looked whether the caller
 * may have it. A cached file that turns out to be damaged leaves the cache, and the rest of it comes from the store.
 *
 * Memory  as `openImageFile`, or as `FileCache` reads
 * Throws  as `openImageFile`
 */
export async function openServedFile(deps: ServeFileDeps, found: FoundFile): Promise<Omit<OpenedFile, "isSealed">> {
  const { imageCache } = deps;
  if (imageCache === undefined) {
    return await openImageFile(deps, found);
  }
  const cached = await openCached(deps, imageCache, found);
  if (cached !== undefined) {
    return {
      lengthBytes: cached.lengthBytes,
      pieces: (range) => cachedPieces(deps, { cached, found, imageCache }, range),
      [Symbol.asyncDispose]: async () => cached[Symbol.asyncDispose](),
    };
  }
  const file = await openImageFile(deps, found);
  return {
    lengthBytes: file.lengthBytes,
    pieces: (range, signal) =>
      notingWholeRead(file.pieces(range, signal), range.end - range.start === file.lengthBytes, { imageCache, found }),
    [Symbol.asyncDispose]: async () => file[Symbol.asyncDispose](),
  };
}

/** A cache that cannot be read must not keep anybody from what is in the store. */
async function openCached({ log }: ServeFileDeps, { files }: ImageCache, found: FoundFile): Promise<OpenCachedFile | undefined> {
  try {
    return await files.open(cacheKeyOf(found));
  } catch (error) {
    log.warn({ err: error, imageId: found.imageId }, "A cached file could not be opened");
    return undefined;
  }
}

interface Serving {
  readonly cached: OpenCachedFile;
  readonly found: FoundFile;
  readonly imageCache: ImageCache;
}

async function* cachedPieces(
  deps: ServeFileDeps,
  { cached, found, imageCache }: Serving,
  range: ByteRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = range.start;
  try {
    for await (const piece of cached.pieces(range)) {
      position += piece.length;
      yield piece;
    }
    return;
  } catch (error) {
    deps.log.warn({ err: error, imageId: found.imageId }, "A cached file could not be read on; the store has it");
    if (error instanceof DamagedCacheError) {
      await imageCache.files.remove(cacheKeyOf(found));
    }
  }
  await using file = await openImageFile(deps, found);
  yield* file.pieces({ start: position, end: range.end });
}

/** The end is reached when whoever reads has taken the last piece. */
async function* notingWholeRead(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
  isWhole: boolean,
  { imageCache, found }: Pick<Serving, "imageCache" | "found">,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces;
  if (isWhole) {
    imageCache.noteWholeRead(found);
  }
}
