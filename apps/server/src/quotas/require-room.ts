import { checkRules } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Limits } from "./limits.ts";
import { contentQuotaRules } from "./quota-rules.table.ts";
import type { ContentUse } from "./quota-rules.table.ts";

/** A file that is about to come for an image. */
export interface ExpectedFile extends Pick<ContentUse, "status"> {
  readonly image: Pick<ImageRecord, "projectId" | "status">;
  /** Undefined when it is not told. */
  readonly lengthBytes: number | undefined;
  /** True when it comes for the image only later: how many others are on their way now says nothing of then. */
  readonly isLater?: boolean;
}

/**
 * Lets a file come if its project has room. Files that are on their way already do not count by their length, which nobody may know: several
 * at once may get a project over its limit, and then no other comes.
 *
 * Throws  image.quotaFull
 */
export async function requireRoom(catalog: Pick<Catalog, "images">, limits: Limits, file: ExpectedFile): Promise<void> {
  const { storedGiB, stagedGiB, incoming } = limits.imageApi;
  if (storedGiB === 0 && stagedGiB === 0 && incoming === 0) {
    return;
  }
  const { image, status, lengthBytes = 0, isLater = false } = file;
  // A file that is staged is on its way already.
  const isCounted = isLater || image.status === "uploading";
  checkRules(contentQuotaRules, { usage: await catalog.images.usage(image.projectId), status, isCounted, lengthBytes, limits });
}
