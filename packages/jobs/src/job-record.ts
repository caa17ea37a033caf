/** Values that a job row can keep. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** What is known of one step. A finished step is never run again; its output feeds the later ones. */
export interface StepRecord {
  readonly name: string;
  readonly attempts: number;
  readonly finishedAt?: number;
  readonly output?: Json;
}

/** Bytes handled of bytes to handle in the running step. */
export interface JobProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/**
 * One long action, as every API, the console and the command line read it. The single truth about it.
 *
 * Units  instants in milliseconds since 1970, UTC
 */
export interface JobRecord {
  readonly id: string;
  /** Which job kind knows how to run it. */
  readonly kind: string;
  readonly projectId: string;
  /** The object the job is about (an image's id), for looking jobs up. */
  readonly subjectId: string | undefined;
  readonly status: JobStatus;
  readonly input: Json;
  readonly steps: readonly StepRecord[];
  /** Name of the step that runs or runs next. */
  readonly currentStep: string | undefined;
  readonly progress: JobProgress;
  readonly cancelRequested: boolean;
  /** What the last step returned, once succeeded. */
  readonly result: Json;
  readonly error: JobError | undefined;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

/** Fields that change while a job lives. */
export type JobChange = Partial<
  Pick<JobRecord, "status" | "steps" | "currentStep" | "progress" | "cancelRequested" | "result" | "error" | "startedAt" | "finishedAt">
>;

/**
 * Where job rows are kept. The adapter's promise: `insert` and `update` are durable when they return.
 */
export interface JobRecords {
  insert(job: JobRecord): Promise<void>;
  get(id: string): Promise<JobRecord | undefined>;
  /**
   * Changes a row only while its status is one of `expected`; answers the new row, or undefined when the status was another.
   * This is the one place where a job's status changes.
   */
  update(id: string, expected: readonly JobStatus[], change: JobChange): Promise<JobRecord | undefined>;
  /** Newest first. */
  list(filter: { readonly projectId?: string; readonly status?: readonly JobStatus[]; readonly subjectId?: string; readonly limit?: number; readonly before?: string }): Promise<readonly JobRecord[]>;
}
