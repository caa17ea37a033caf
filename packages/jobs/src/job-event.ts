/** What the runner tells about a job as it happens; the server turns it into log lines and metrics. */
export type JobEventName =
  /** Its steps begin, or go on after a restart. */
  | "jobStarted"
  | "jobEnded"
  /** The row names a kind that this version does not have. */
  | "jobKindUnknown"
  /** The dispatched id has no row. */
  | "jobMissing"
  /** Reading or writing the row failed; the job goes on from its row after a pause. */
  | "recordFailed"
  | "stepFinished"
  /** A failure that may go away: the step is tried again after a pause. */
  | "stepRetried"
  | "stepFailed"
  /** Stopped by a cancel. */
  | "stepInterrupted"
  | "stepUndone"
  /** An undo failed: `final` tells whether it was given up. */
  | "undoFailed"
  /** `onEnded` failed: `final` tells whether it was given up. */
  | "endingFailed"
  /** The kind's own `describeError` or `isRetryable` threw. */
  | "describingFailed"
  /** One progress value could not be written; the step goes on. */
  | "progressFailed"
  /** A stop gave up waiting for this job's step or undo; it goes on from its row at the next start. */
  | "stopTimedOut";

export interface JobEvent {
  readonly event: JobEventName;
  readonly jobId: string;
  readonly kind?: string;
  readonly step?: string;
  /** Which attempt of the step this was, from 1. */
  readonly attempt?: number;
  readonly durationMs?: number;
  readonly status?: string;
  readonly final?: boolean;
  /** What was thrown, with its causes. */
  readonly error?: unknown;
}

/** Takes events. It must not throw. */
export type JobLog = (event: JobEvent) => void;
