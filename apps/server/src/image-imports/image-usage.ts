import { imageCaller } from "../images/image-caller.ts";
import { eachImage } from "../images/each-image.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageStatus } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";

/** What a project has of images, and may have; `undefined` where nothing is limited. */
export interface ImageUsage {
  readonly images: { readonly used: number; readonly limit: number };
  readonly uploading: number;
  /** Bytes of all files, and of those that wait for their import. */
  readonly fileBytes: number;
  readonly stagedBytes: number;
}

const incoming: readonly ImageStatus[] = ["saving", "uploading", "importing"];
const waiting: ReadonlySet<ImageStatus> = new Set(["uploading", "importing"]);

/**
 * Sums up the images of the caller's project.
 *
 * Memory  a page of images
 * Throws  IMG.0026
 */
export async function imageUsage(
  { catalog, limits }: { readonly catalog: Catalog; readonly limits: Limits },
  principal: Principal,
): Promise<ImageUsage> {
  const { projectId } = imageCaller(principal, "ims:images:list");
  let [fileBytes, stagedBytes] = [0, 0];
  for await (const page of eachImage({ catalog }, principal, "private")) {
    for (const { status, file, disks } of page) {
      const bytes = file?.lengthBytes ?? disks.reduce((sum, { dataBytes }) => sum + dataBytes, 0);
      fileBytes += waiting.has(status) ? 0 : bytes;
      stagedBytes += waiting.has(status) ? bytes : 0;
    }
  }
  return {
    images: { used: await catalog.images.count(projectId), limit: limits.images.perProject },
    uploading: await catalog.images.countMatching({ projectId, status: incoming }),
    fileBytes,
    stagedBytes,
  };
}
