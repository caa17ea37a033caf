/** Rows of the audit tables, as they lie in the database. Booleans are 0 and 1, instants milliseconds since 1970. */
export interface TracesTables {
  traces: {
    number: number;
    id: string;
    /** Empty for traces of no project. */
    project_id: string;
    made_at: number;
    rating: string;
    service: string;
    resource_type: string;
    name: string;
    resource_id: string;
    resource_name: string;
    /** Empty when nobody was known. */
    user_name: string;
    job_id: string | null;
    /** JSON of all else. */
    details: string;
  };
  /** One row: the last number that a trace was given. */
  trace_numbers: { only: number; last: number };
  trackers: {
    project_id: string;
    id: string;
    domain_id: string;
    created_at: number;
    is_enabled: number;
    /** JSON of `TracePlace`. */
    place: string | null;
    made_bucket: number;
    problem: string | null;
    saved_to: number;
    batch_up_to: number | null;
    /** JSON of the rest of `TraceBatch`. */
    batch: string | null;
  };
}
