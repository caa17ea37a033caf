import type { JobRecord, Json } from "./job-record.ts";

/** What a new job is made from. */
export interface NewJob {
  /** 32 hex digits. */
  readonly id: string;
  readonly kind: string;
  readonly projectId: string;
  readonly subjectId?: string | undefined;
  readonly input: Json;
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
}

/**
 * Makes the row of a job that waits to be run. The caller inserts it, in one transaction with what the job is about,
 * and tells the runner once that is committed.
 */
export function newJob({ id, kind, projectId, subjectId, input, now }: NewJob): JobRecord {
  return {
    id,
    kind,
    projectId,
    subjectId,
    status: "queued",
    input,
    steps: [],
    currentStep: undefined,
    progress: { doneBytes: 0, totalBytes: 0 },
    cancelRequested: false,
    result: null,
    error: undefined,
    createdAt: now,
    startedAt: undefined,
    finishedAt: undefined,
  };
}
