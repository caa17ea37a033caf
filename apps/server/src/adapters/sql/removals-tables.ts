import type { Generated } from "kysely";

/** Rows of the removals table, as they lie in the database. Instants are milliseconds since 1970. */
export interface RemovalsTables {
  blob_removals: {
    blob_id: string;
    noted_at: number;
    /** 1 once removing it failed, else 0. */
    has_failed: Generated<number>;
  };
}
