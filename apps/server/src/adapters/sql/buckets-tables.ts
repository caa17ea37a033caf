/**
 * Rows of the buckets tables, as they lie in the database. Instants are milliseconds since 1970.
 *
 * Keys are ordered by their UTF-8 bytes: SQLite does so by itself, a PostgreSQL database must be created with collation "C".
 */
export interface BucketsTables {
  buckets: {
    name: string;
    project_id: string;
    storage_class: string;
    created_at: number;
  };
  objects: {
    bucket: string;
    key: string;
    length_bytes: number;
    etag: string;
    content_type: string;
    storage_class: string;
    modified_at: number;
    /** JSON object. */
    encryption: string | null;
    /** JSON object of strings. */
    metadata: string;
    /** JSON array of `[blob id, length in bytes]`; some 700 KB for the 10,000 parts that an object may have, so it stands last and lists leave it out. */
    parts: string;
  };
  uploads: {
    upload_id: string;
    bucket: string;
    key: string;
    content_type: string;
    storage_class: string;
    /** JSON object. */
    encryption: string | null;
    /** JSON object of strings. */
    metadata: string;
    created_at: number;
  };
  upload_parts: {
    upload_id: string;
    part_number: number;
    blob_id: string;
    length_bytes: number;
    etag: string;
    modified_at: number;
  };
}
