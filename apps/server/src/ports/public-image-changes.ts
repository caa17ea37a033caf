import type { Architecture } from "./image-catalog.ts";
import type { ImageId } from "./ids.ts";

/** One entry of the log of public images. */
export interface PublicImageChange {
  /** UUID of version 7: later entries have larger ones. */
  readonly id: string;
  readonly imageId: ImageId;
  readonly change: "published" | "withdrawn";
  /** Milliseconds since 1970, UTC. */
  readonly changedAt: number;
  /** What the image was called, and what it was, at that time. */
  readonly name: string;
  readonly platform: string;
  readonly osVersion: string;
  readonly architecture: Architecture;
}

/** Which images became public, and which stopped being so. */
export interface PublicImageChanges {
  insert(change: PublicImageChange): Promise<void>;
  /** At most `limit` before the entry `before`, newest first. */
  list(page: {
    readonly architecture?: Architecture;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly PublicImageChange[]>;
}
