import type { CacheAnswer } from "@tintype/contract/image-v2/cache.ts";
import type { ShownCache } from "../../image-cache/manage-cache.ts";

/** The cache as the API shows it. Instants are in seconds since 1970. */
export function toCache({ files, queue }: ShownCache): CacheAnswer {
  return {
    cached_images: files.map(({ imageId, hits, readAt, cachedAt, lengthBytes }) => ({
      image_id: imageId,
      hits,
      last_accessed: readAt / 1000,
      last_modified: cachedAt / 1000,
      size: lengthBytes,
    })),
    queued_images: [...queue],
  };
}
