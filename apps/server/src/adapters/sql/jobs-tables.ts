/** Rows of the jobs tables, as they lie in the database. Booleans are 0 and 1, instants milliseconds since 1970. */
export interface JobsTables {
  jobs: {
    id: string;
    kind: string;
    project_id: string;
    subject_id: string | null;
    status: string;
    /** JSON. */
    input: string;
    /** JSON array of `StepRecord`. */
    steps: string;
    current_step: string | null;
    done_bytes: number;
    total_bytes: number;
    cancel_requested: number;
    /** JSON. */
    result: string;
    /** JSON of `JobError`. */
    error: string | null;
    created_at: number;
    started_at: number | null;
    finished_at: number | null;
  };
}
