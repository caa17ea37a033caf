const kiB = 1024;
const miB = 1024 * kiB;
const giB = 1024 * miB;
const tiB = 1024 * giB;

/**
 * How large things in buckets may be.
 *
 * Source  Amazon S3 user guide, "Multipart upload limits" and "Bucket quotas"
 */
export const bucketCeilings = {
  objectBytes: 5 * tiB,
  /** One part of a multipart upload. */
  partBytes: 5 * giB,
  /** An object that is sent, or copied, in one request. */
  singlePutBytes: 5 * giB,
  /** Every part but the last. */
  minPartBytes: 5 * miB,
  partNumber: 10_000,
  /** In UTF-8. */
  keyBytes: 1024,
  /** Names and values together, in UTF-8. */
  metadataBytes: 8 * kiB,
  bucketsPerProject: 1000,
  /** Entries in one page of a listing, and keys in one request to delete many. */
  pageEntries: 1000,
} as const;

export type BucketCeilings = { readonly [name in keyof typeof bucketCeilings]: number };
