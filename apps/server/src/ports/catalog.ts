import type { JobRecords } from "@tintype/jobs/job-record.ts";
import type { BlobRemovals } from "./blob-removals.ts";
import type { BucketCatalog } from "./bucket-catalog.ts";
import type { EnterpriseProjectCatalog } from "./enterprise-project-catalog.ts";
import type { IdentityCatalog } from "./identity-catalog.ts";
import type { ImageCatalog } from "./image-catalog.ts";
import type { MemberCatalog } from "./member-catalog.ts";
import type { MetadefCatalog } from "./metadef-catalog.ts";
import type { PredefinedTagCatalog } from "./predefined-tag-catalog.ts";
import type { PublicImageChanges } from "./public-image-changes.ts";
import type { RecycleBin } from "./recycle-bin.ts";
import type { TraceCatalog } from "./trace-catalog.ts";
import type { TrackerCatalog } from "./tracker-catalog.ts";
import type { UploadCatalog } from "./upload-catalog.ts";

/**
 * Everything the service remembers apart from bytes. A call that returned is durable, except `leadingTransaction`.
 *
 * `transaction` runs `work` with a catalog of its own: all of its changes happen, or none, and no other change happens in
 * between. Inside `work` use only the catalog that is passed in; calling the outer one there would wait for itself.
 */
export interface Catalog {
  readonly identity: IdentityCatalog;
  readonly buckets: BucketCatalog;
  readonly images: ImageCatalog;
  readonly members: MemberCatalog;
  readonly metadefs: MetadefCatalog;
  readonly recycleBin: RecycleBin;
  readonly publicImageChanges: PublicImageChanges;
  readonly jobs: JobRecords;
  readonly removals: BlobRemovals;
  readonly enterpriseProjects: EnterpriseProjectCatalog;
  readonly predefinedTags: PredefinedTagCatalog;
  readonly traces: TraceCatalog;
  readonly trackers: TrackerCatalog;
  readonly uploads: UploadCatalog;
  transaction<T>(work: (catalog: Catalog) => Promise<T>): Promise<T>;
  /**
   * As `transaction`, for changes of which nobody is told before another change of the catalog returned, as a call's trace does before the
   * call is answered: durable, when that one is. Nothing may be done because of them that the catalog does not hold, such as removing bytes.
   */
  leadingTransaction<T>(work: (catalog: Catalog) => Promise<T>): Promise<T>;
  /** Makes durable what leads, where nothing could follow it. */
  flush(): Promise<void>;
}

/** An insert met a row with the same key. */
export class DuplicateError extends Error {
  override readonly name = "DuplicateError";
}
