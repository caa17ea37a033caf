import type { Rule } from "../images/check-rules.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import { bytesPerGiB } from "../quotas/limits.ts";

/** An image whose file is to be kept ready. */
export interface CacheTarget {
  readonly image: Pick<ImageRecord, "id" | "status" | "disks" | "encryption" | "file">;
  readonly maxBytes: number;
}

/** What an image must be like for its file to be kept ready. */
export const cacheRules: readonly Rule<CacheTarget>[] = [
  {
    name: "active",
    requirement: "image-api-v2 §1.2 cache",
    code: "image.notCacheable",
    holds: ({ image }) => image.status === "active" && image.disks.length > 0,
    data: ({ image }) => ({ id: image.id, status: image.status }),
  },
  {
    name: "notEncrypted",
    requirement: "R-164",
    code: "image.encryptedNotCached",
    // Its bytes would lie on the disk as they are.
    holds: ({ image }) => image.encryption === undefined,
    data: ({ image }) => ({ id: image.id }),
  },
  {
    name: "fits",
    requirement: "image-api-v2 §1.2 cache",
    code: "image.largerThanCache",
    holds: ({ image, maxBytes }) => (image.file?.lengthBytes ?? 0) <= maxBytes,
    data: ({ image, maxBytes }) => ({ id: image.id, limit: maxBytes / bytesPerGiB }),
  },
];
