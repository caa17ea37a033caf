/** Rows of the removals table, as they lie in the database. Instants are milliseconds since 1970. */
export interface RemovalsTables {
  blob_removals: {
    blob_id: string;
    noted_at: number;
  };
}
