import type { ImageRecord } from "../ports/image-catalog.ts";

/**
 * Tells whether an image was made by its metadata alone and nothing fills it at this moment. Images that a task makes have an origin from
 * their beginning; these have none until a file is registered for them.
 */
export function awaitsContent({ status, origin }: Pick<ImageRecord, "status" | "origin">): boolean {
  return status === "queued" && origin === undefined;
}

/** Tells whether the content of an image lies at its locations alone; whether the image is in use or put out of use, it is fetched when it is read first. */
export function hasContentElsewhere({ disks, locations }: Pick<ImageRecord, "disks" | "locations">): boolean {
  return disks.length === 0 && locations.length > 0;
}
