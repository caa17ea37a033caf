import type { ImageRecord } from "./image-catalog.ts";
import type { ImageId, ProjectId } from "./ids.ts";

/** A deleted image that can still be restored. Its content stays in the store. Instants are milliseconds since 1970, UTC. */
export interface RecycledImage {
  readonly image: ImageRecord;
  readonly deletedAt: number;
  /** When it goes for good. */
  readonly purgeAt: number;
}

/** Where a page begins: behind this image. */
export interface RecycledPlace {
  readonly deletedAt: number;
  readonly id: string;
}

/** One page of deleted images: at most `limit` behind `after`. */
export interface RecycledPage {
  readonly after?: RecycledPlace;
  readonly limit: number;
}

/** Images that were deleted and are kept for a while. They are in no list of images and count against no quota. */
export interface RecycleBin {
  /** Throws `DuplicateError` when the image is there already. */
  insert(recycled: RecycledImage): Promise<void>;
  get(id: ImageId): Promise<RecycledImage | undefined>;
  /** Those of a project, or of all; the last deleted first. */
  list(projectId: ProjectId | undefined, page: RecycledPage): Promise<readonly RecycledImage[]>;
  /** At most `limit` that are to go at this instant, the first due first. */
  expired(now: number, limit: number): Promise<readonly RecycledImage[]>;
  /** Takes an image out; answers what was there. */
  remove(id: ImageId): Promise<RecycledImage | undefined>;
}
