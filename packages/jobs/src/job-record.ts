/** Values that a job row can keep. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface JobError {
  readonly code: string;
  /** In English. */
  readonly message: string;
  /** The same in Chinese, where the code is worded in both languages. */
  readonly messageZh?: string;
}

/** What is known of one step. A finished step is never run again; its output feeds the later ones. */
export interface StepRecord {
  readonly name: string;
  /** How often it was started, counted before each start: a number that grows over restarts shows a step that ends the process. */
  readonly attempts: number;
  readonly finishedAt?: number;
  readonly output?: Json;
  /** When its undo succeeded. */
  readonly undoneAt?: number;
  /** Why its undo was given up: something of this step may be left behind. */
  readonly undoError?: JobError;
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
  /** Name of the step that runs or runs next; after a failure or a cancel the one where the job stopped. */
  readonly currentStep: string | undefined;
  readonly progress: JobProgress;
  /** Set while the job is queued or running, it makes the job undo its steps and end as cancelled. */
  readonly cancelRequested: boolean;
  /** What the last step returned, once succeeded. */
  readonly result: Json;
  /** Set while the job is still running, it means that the job failed and its steps are being undone. */
  readonly error: JobError | undefined;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

/** Fields that change while a job lives. */
export type JobChange = Partial<
  Pick<
    JobRecord,
    "status" | "input" | "steps" | "currentStep" | "progress" | "cancelRequested" | "result" | "error" | "startedAt" | "finishedAt"
  >
>;

/** Which rows to list. All conditions hold together. */
export interface JobFilter {
  readonly projectId?: string;
  readonly status?: readonly JobStatus[];
  readonly subjectId?: string;
  /** About one of these objects. */
  readonly subjectIds?: readonly string[];
  /** Of one of these kinds. */
  readonly kinds?: readonly string[];
  /** At most so many rows; `defaultListLimit` when absent. */
  readonly limit?: number;
  /** Id of the last job of the page before. A job that is not there has nothing after it. */
  readonly before?: string;
}

/** How many rows a list without a limit answers. */
export const defaultListLimit = 100;

/**
 * Where job rows are kept. The adapter's promise: `insert` and `update` are durable when they return.
 */
export interface JobRecords {
  /** Throws when a row with this id is there. */
  insert(job: JobRecord): Promise<void>;
  get(id: string): Promise<JobRecord | undefined>;
  /**
   * Changes a row only while its status is one of `expected`; answers the new row, or undefined when the status was another.
   * This is the one place where a job's status changes.
   */
  update(id: string, expected: readonly JobStatus[], change: JobChange): Promise<JobRecord | undefined>;
  /** Newest first: by creation, then by id. */
  list(filter: JobFilter): Promise<readonly JobRecord[]>;
}

/** Tells whether a job is over: nothing about it changes any more. */
export function hasEnded(job: JobRecord): boolean {
  return job.status === "succeeded" || job.status === "failed" || job.status === "cancelled";
}
