/** Rows of the buckets tables, as they lie in the database. */
export interface BucketsTables {}
