import type { Catalog } from "../../ports/catalog.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";

const pageSize = 1000;

/**
 * Lets images wait for content again whose upload was cut off by a stop of the service: they are being filled, and no task fills them. A file
 * that has come whole for a later import stays. Run it when the service starts, before requests are taken; answers how many there were.
 */
export async function recoverUploads({ catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock }): Promise<number> {
  let count = 0;
  let after: string | undefined;
  for (;;) {
    const filter = { status: ["saving", "uploading"] } as const;
    const page = (await catalog.images.list(filter, { limit: pageSize, ...(after !== undefined && { after }) })) ?? [];
    for (const { id, status } of page.filter(isCutOff)) {
      await catalog.images.changeStatus(id, [status], "queued", { updatedAt: clock.now() });
      count += 1;
    }
    after = page.at(-1)?.id;
    if (page.length < pageSize) {
      return count;
    }
  }
}

/** Tasks give an image an origin before they begin; uploads give it none. */
function isCutOff({ status, origin, disks }: ImageRecord): boolean {
  return status === "saving" ? origin === undefined : disks.length === 0;
}
