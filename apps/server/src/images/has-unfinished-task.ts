import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import { taskKinds } from "../image-imports/import-work.ts";

/** Tells whether a task of an image is not over: there is one at a time. Exact inside a transaction. */
export async function hasUnfinishedTask({ jobs }: Pick<Catalog, "jobs">, id: ImageRecord["id"]): Promise<boolean> {
  return (await jobs.list({ subjectId: id, kinds: taskKinds, status: ["queued", "running"], limit: 1 })).length > 0;
}
