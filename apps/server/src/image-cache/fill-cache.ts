import { brokenRules } from "../images/check-rules.ts";
import type { ImageId } from "../ports/ids.ts";
import { fileOf } from "../transfers/files/find-image-file.ts";
import { openImageFile } from "../transfers/files/open-image-file.ts";
import { cacheKeyOf } from "./cache-key.ts";
import { cacheRules } from "./cache-rules.table.ts";
import type { ImageCacheDeps } from "./image-cache.ts";

/**
 * Takes the file of an image into the cache, unless it is there, or may not be. Every byte was proven when it was read.
 *
 * Memory  as `openImageFile` and `FileCache.write`
 * Throws  what reading and writing throw; the signal's reason
 */
export async function fillCache(deps: ImageCacheDeps, imageId: ImageId, signal: AbortSignal): Promise<void> {
  const { catalog, files, log } = deps;
  const image = await catalog.images.get(imageId);
  const found = image && fileOf(image);
  if (image === undefined || found === undefined || files.has(cacheKeyOf(found))) {
    return;
  }
  const [broken] = brokenRules(cacheRules, { image, maxBytes: files.maxBytes });
  if (broken !== undefined) {
    log.info({ imageId, rule: broken.name }, "An image is not taken into the cache");
    return;
  }
  await using file = await openImageFile(deps, found);
  if (file.isSealed) {
    log.info({ imageId, rule: "notEncrypted" }, "An image is not taken into the cache");
    return;
  }
  const { lengthBytes } = file;
  const key = cacheKeyOf(found);
  await files.write({ key, imageId, lengthBytes, pieces: file.pieces({ start: 0, end: lengthBytes }, signal) }, signal);
  // It may have been deleted since it was looked up.
  if ((await catalog.images.get(imageId)) === undefined) {
    await files.remove(key);
  }
}
