import type { JobError, JobProgress, JobRecord, Json } from "./job-record.ts";

/** What a running step may use. */
export interface StepContext {
  readonly job: JobRecord;
  /** The job's input, as it was given. */
  readonly input: Json;
  /** Outputs of the finished steps, by name. */
  readonly outputs: Readonly<Record<string, Json>>;
  /**
   * Aborted when the job is cancelled or the process stops. In an undo: only when the process stops.
   * A step that ignores it delays the cancel until it returns; a stop waits only so long, see the runner's `closeTimeoutMs`.
   */
  readonly signal: AbortSignal;
  /** Reports bytes; written to the row at most a few times a second. Does nothing in an undo. */
  progress(progress: JobProgress): void;
}

/**
 * One step. It may be started again after a crash, so it must be harmless to repeat.
 * `undo` runs, newest first, for finished steps and for the one that failed, when the job fails or is cancelled; it too may be repeated.
 */
export interface JobStep {
  /** Unique in its kind; it stays the same over versions, since rows carry it. */
  readonly name: string;
  /** Its output is kept as JSON; nothing (undefined) is kept as null. */
  run(context: StepContext): Promise<Json | void>;
  undo?(context: StepContext): Promise<void>;
  /**
   * Once this step is on record as finished the job has succeeded, with its output: a cancel comes too late, and the steps behind it tidy up
   * what nobody needs any more; what becomes of them changes nothing.
   */
  readonly settlesJob?: true;
  /** Attempts in all, for failures that `isRetryable` accepts. Default 1. */
  readonly maxAttempts?: number;
}

/** A kind of job: its steps in order, and how its failures are told. */
export interface JobKind {
  readonly name: string;
  readonly steps: readonly JobStep[];
  /** Names the lane in which a job waits for its turn, see the runner's `lanes`. Jobs of one lane hold up no others. Default: the one of all others. */
  laneOf?(job: JobRecord): string | undefined;
  /**
   * What stays of the input once the job is over, for a kind whose input holds a secret. Default: all of it. It makes the same of what it
   * made, and throws nothing.
   */
  lastingInput?(input: Json): Json;
  /** Turns what a step threw into the row's error. */
  describeError(error: unknown): JobError;
  /** Tells whether trying the step again can help (a network that was away). Default: never. */
  isRetryable?(error: unknown): boolean;
  /**
   * The last clean-up of a job that failed or was cancelled (give back quota, mark the object): called after the undos with the row as it is
   * about to be, before the row says so, since whoever sees the end of a job may rely on it. Repeated after a crash, so harmless to repeat.
   */
  onEnded?(job: JobRecord): Promise<void>;
}
