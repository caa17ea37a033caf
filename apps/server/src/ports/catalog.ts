import type { JobRecords } from "@tintype/jobs/job-record.ts";
import type { BlobRemovals } from "./blob-removals.ts";
import type { BucketCatalog } from "./bucket-catalog.ts";
import type { IdentityCatalog } from "./identity-catalog.ts";
import type { ImageCatalog } from "./image-catalog.ts";

/**
 * Everything the service remembers apart from bytes. A call that returned is durable.
 *
 * `transaction` runs `work` with a catalog of its own: all of its changes happen, or none, and no other change happens in
 * between. Inside `work` use only the catalog that is passed in; calling the outer one there would wait for itself.
 */
export interface Catalog {
  readonly identity: IdentityCatalog;
  readonly buckets: BucketCatalog;
  readonly images: ImageCatalog;
  readonly jobs: JobRecords;
  readonly removals: BlobRemovals;
  transaction<T>(work: (catalog: Catalog) => Promise<T>): Promise<T>;
}

/** An insert met a row with the same key. */
export class DuplicateError extends Error {
  override readonly name = "DuplicateError";
}
