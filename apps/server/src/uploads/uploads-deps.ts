import type { BucketsDeps } from "../buckets/buckets-deps.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { TakeFileDeps } from "../transfers/files/take-file.ts";
import type { UploadWriters } from "./upload-writers.ts";

/** What an operator may set about resumable uploads. */
export interface UploadSettings {
  /** An upload that nothing comes for ends after so long. */
  readonly expireHours: number;
  /** Largest file. */
  readonly maxGiB: number;
  /** Unfinished uploads a project may have. */
  readonly perProject: number;
}

/** What the use cases of resumable uploads work with. */
export interface UploadsDeps extends BucketsDeps, TakeFileDeps {
  readonly catalog: Catalog;
  readonly uploads: UploadSettings;
  readonly writers: UploadWriters;
}
