import type { ImageRecord } from "../ports/image-catalog.ts";

/**
 * Tells whether an image was made by its metadata alone and nothing fills it at this moment. Images that a task makes have an origin from
 * their beginning; these have none until a file is registered for them.
 */
export function awaitsContent({ status, origin }: Pick<ImageRecord, "status" | "origin">): boolean {
  return status === "queued" && origin === undefined;
}
