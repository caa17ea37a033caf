import type { Job } from "@tintype/contract/api/job.ts";
import type { Jobs } from "./jobs.ts";
import { hasEnded } from "./jobs.ts";
import { isTransient } from "./errors/is-transient.ts";
import type { Timers } from "./timing/timers.ts";
import { retrying } from "./timing/retrying.ts";
import type { RetryPolicy } from "./timing/retrying.ts";

export interface WaitOptions {
  readonly timers: Timers;
  readonly signal?: AbortSignal | undefined;
  readonly onUpdate?: ((job: Job) => void) | undefined;
  /** Told when the service does not answer and is asked again. */
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

/** Short jobs should not be waited for long, and long ones not be asked for often. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/** A service that is restarted comes back and goes on with the job: worth about two minutes of patience. */
const patience: RetryPolicy = { attempts: 30, firstDelayMs: 500, maxDelayMs: 5000 };

/**
 * Asks for a job until it has ended; answers it as it ended. Once it has been seen, a service that goes away is waited for.
 *
 * Throws  ConnectionError, ApiError; the signal's reason when it was aborted
 */
export async function waitForJob(jobs: Jobs, id: string, options: WaitOptions): Promise<Job> {
  const { timers, signal, onRetry } = options;
  let job = await jobs.get(id, { signal });
  options.onUpdate?.(job);
  for (let pauseMs = FIRST_PAUSE_MS; !hasEnded(job); pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    await timers.delay(pauseMs, signal);
    job = await retrying(() => jobs.get(id, { signal }), { policy: patience, timers, signal, isTransient, onRetry });
    options.onUpdate?.(job);
  }
  return job;
}
