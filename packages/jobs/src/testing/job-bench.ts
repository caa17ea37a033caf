import type { JobEvent } from "../job-event.ts";
import type { JobKind, JobStep } from "../job-kind.ts";
import type { JobRecord, JobRecords } from "../job-record.ts";
import { createJobRunner } from "../job-runner.ts";
import type { JobRunner, JobRunnerOptions } from "../job-runner.ts";
import { memoryJobRecords } from "../memory-job-records.ts";
import { newJob } from "../new-job.ts";
import { FakeTimers } from "./fake-timers.ts";

/** A failure that may go away, as the kinds of the bench see it. */
export class PassingError extends Error {
  override readonly name = "PassingError";
}

/** Makes a kind for tests: errors are told by their message, and a `PassingError` is worth another attempt. */
export function testKind(steps: readonly JobStep[], parts: Partial<JobKind> = {}): JobKind {
  return {
    name: "test",
    steps,
    describeError: (error) => ({ code: "test.failed", message: error instanceof Error ? error.message : "no error" }),
    isRetryable: (error) => error instanceof PassingError,
    ...parts,
  };
}

/** Runners that follow one another on the same rows, with a clock that the test moves. */
export class JobBench {
  readonly timers = new FakeTimers();
  readonly events: JobEvent[] = [];
  readonly records: JobRecords;
  #jobs = 0;

  constructor(records: JobRecords = memoryJobRecords()) {
    this.records = records;
  }

  /** A runner as a newly started process would have it. */
  start(kind: JobKind, options: Partial<JobRunnerOptions> = {}): JobRunner {
    return createJobRunner({
      records: this.records,
      kinds: [kind],
      clock: this.timers,
      timers: this.timers,
      maxConcurrent: 2,
      log: (event) => this.events.push(event),
      ...options,
    });
  }

  /** Inserts a queued job, younger than those before it, and answers its id. */
  async insert(parts: Partial<JobRecord> = {}): Promise<string> {
    this.#jobs += 1;
    const id = this.#jobs.toString(16).padStart(32, "0");
    const job = newJob({
      id,
      kind: "test",
      projectId: "p",
      subjectId: "s",
      input: { number: this.#jobs },
      now: this.timers.now() + this.#jobs,
    });
    await this.records.insert({ ...job, ...parts });
    return id;
  }

  /** Runs one new job to its end. */
  async run(kind: JobKind, options: Partial<JobRunnerOptions> = {}): Promise<JobRecord> {
    const runner = this.start(kind, options);
    const id = await this.insert();
    runner.dispatch(id);
    return await this.timers.runUntil(runner.wait(id));
  }

  async row(id: string): Promise<JobRecord> {
    const row = await this.records.get(id);
    if (row === undefined) {
      throw new Error(`There is no job ${id}`);
    }
    return row;
  }

  eventNames(): readonly string[] {
    return this.events.map(({ event }) => event);
  }
}

/** A step that waits until the test lets it go on, or until its signal is aborted. */
export function gate(): { readonly reached: Promise<void>; open(): void; wait(signal: AbortSignal): Promise<void> } {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    reached: reached.promise,
    open: opened.resolve,
    async wait(signal) {
      reached.resolve();
      const onAbort = () => opened.reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      await opened.promise;
      signal.removeEventListener("abort", onAbort);
    },
  };
}
