import { backoffMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { Interrupts } from "./interrupts.ts";
import type { JobLog } from "./job-event.ts";
import { JobInterrupted } from "./job-interrupted.ts";
import type { JobKind } from "./job-kind.ts";
import { hasEnded } from "./job-record.ts";
import type { JobRecord, JobRecords } from "./job-record.ts";
import type { RunEnvironment } from "./job-run.ts";
import { JobWaiters } from "./job-waiters.ts";
import { kindsByName } from "./kinds-by-name.ts";
import { Lanes } from "./lanes.ts";
import type { LaneSize, WaitingJob } from "./lanes.ts";
import { pause } from "./pause.ts";
import { runJob } from "./run-job.ts";
import type { Timers } from "./timers.ts";
import { unfinishedJobs } from "./unfinished-jobs.ts";

export interface JobRunnerOptions {
  readonly records: JobRecords;
  readonly kinds: readonly JobKind[];
  readonly clock: Clock;
  readonly timers: Timers;
  /** Jobs that run at the same time, those in lanes apart. */
  readonly maxConcurrent: number;
  /** How many jobs of a lane run at the same time. Jobs whose kind names another lane, or none, share `maxConcurrent`. */
  readonly lanes?: Readonly<Record<string, LaneSize>>;
  readonly log?: JobLog;
  /** How long `close` waits for steps that ignore their signal. Default 10 s. */
  readonly closeTimeoutMs?: number;
  /** A step that was started so often without ending is given up, since it may be what ends the process. Default 20. */
  readonly maxStarts?: number;
}

/**
 * What came of a cancel.
 *
 * - `cancelled`: the job had not begun, and is over now
 * - `requested`: it stops and undoes its steps, also after a restart; a job at its very end may still succeed
 * - `finished`: it was over before
 * - `unknown`: there is no such job
 */
export type CancelAnswer = "cancelled" | "requested" | "finished" | "unknown";

/** Runs jobs in this process. One runner at a time may work on the same records. */
export interface JobRunner extends AsyncDisposable {
  /**
   * Says that a job's row is committed and waits to be run. Jobs of a lane and project start in this order, and the project that has the
   * fewest running is next, see `Lanes`. Harmless to repeat; ignored once the runner is closed.
   */
  dispatch(id: string): void;
  /** Dispatches, oldest first, what an earlier process left queued or running; answers how many. Call it once, before new work comes in. */
  recover(): Promise<number>;
  cancel(id: string): Promise<CancelAnswer>;
  /** Resolves with the row once the job is over. Rejects when there is no such job, or with `JobInterrupted` when the runner closes first. */
  wait(id: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<JobRecord>;
  /**
   * Takes no more work, interrupts steps and undos, and waits for them. Their rows stay as they are: the next start goes on with them.
   * After `closeTimeoutMs` it stops waiting; what then still runs can write to no row any more.
   */
  close(): Promise<void>;
}

/**
 * Makes a runner. It does nothing until a job is dispatched or recovered.
 *
 * Memory  the ids of the jobs that wait, and the rows of those that run
 * Throws  Error when two kinds, or two steps of one, have the same name
 */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  return new InProcessRunner(options);
}

interface ActiveJob {
  readonly interrupts: Interrupts;
  readonly done: Promise<void>;
}

class InProcessRunner implements JobRunner {
  readonly #env: RunEnvironment;
  readonly #closeTimeoutMs: number;
  readonly #lanes: Lanes;
  readonly #active = new Map<string, ActiveJob>();
  readonly #waiters = new JobWaiters();
  /** Settles when all that were dispatched have their place: rows are read one after the other, so that the order stays. */
  #placed: Promise<void> = Promise.resolve();
  #isClosing = false;
  #closed: Promise<void> | undefined;
  #isAbandoned = false;

  constructor(options: JobRunnerOptions) {
    const { records, clock, timers } = options;
    this.#env = {
      records,
      clock,
      timers,
      kinds: kindsByName(options.kinds),
      log: options.log ?? (() => {}),
      maxStarts: options.maxStarts ?? 20,
      isAbandoned: () => this.#isAbandoned,
    };
    this.#lanes = new Lanes(options.maxConcurrent, options.lanes ?? {});
    this.#closeTimeoutMs = options.closeTimeoutMs ?? 10_000;
  }

  dispatch(id: string): void {
    if (!this.#isClosing && !this.#active.has(id)) {
      this.#placed = this.#placed.then(() => this.#place(id));
    }
  }

  async recover(): Promise<number> {
    const ids = await unfinishedJobs(this.#env.records);
    for (const id of ids) {
      this.dispatch(id);
    }
    return ids.length;
  }

  async cancel(id: string): Promise<CancelAnswer> {
    if (this.#isClosing) {
      throw new JobInterrupted("shutdown");
    }
    const row = await this.#env.records.update(id, ["queued", "running"], { cancelRequested: true });
    if (row === undefined) {
      return (await this.#env.records.get(id)) === undefined ? "unknown" : "finished";
    }
    this.#active.get(id)?.interrupts.cancel();
    if (row.status !== "queued" || this.#isClosing) {
      return "requested";
    }
    // Nothing was begun, so ending it is quick: it need not wait for its turn.
    if (!this.#active.has(id)) {
      this.#lanes.remove(id);
    }
    await this.#start(id).done;
    return this.#isClosing ? "requested" : "cancelled";
  }

  async wait(id: string, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<JobRecord> {
    signal?.throwIfAborted();
    using watch = this.#waiters.watch(id, signal);
    const row = await this.#env.records.get(id);
    if (row === undefined) {
      throw new Error(`There is no job ${id}`);
    }
    if (hasEnded(row)) {
      return row;
    }
    if (this.#isClosing) {
      throw new JobInterrupted("shutdown");
    }
    const end = await watch.end;
    if ("error" in end) {
      throw end.error;
    }
    return end.job;
  }

  close(): Promise<void> {
    this.#isClosing = true;
    this.#closed ??= this.#stop();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #stop(): Promise<void> {
    this.#lanes.clearWaiting();
    const settled = new AbortController();
    const jobs = [...this.#active.values()];
    for (const { interrupts } of jobs) {
      interrupts.stop();
    }
    void Promise.all([this.#placed, ...jobs.map(({ done }) => done)]).then(() => settled.abort());
    if (await pause(this.#env.timers, this.#closeTimeoutMs, settled.signal)) {
      this.#isAbandoned = true;
      for (const jobId of this.#active.keys()) {
        this.#env.log({ event: "stopTimedOut", jobId });
      }
    }
    this.#waiters.settleAll({ error: new JobInterrupted("shutdown") });
  }

  /** Never rejects. */
  async #place(id: string): Promise<void> {
    const place = await this.#placeOf(id);
    if (!this.#isClosing && !this.#active.has(id)) {
      this.#lanes.add({ id, ...place });
      this.#startWaiting();
    }
  }

  /** A row that cannot be read now is read again when its job runs. */
  async #placeOf(id: string): Promise<Omit<WaitingJob, "id">> {
    try {
      const row = await this.#env.records.get(id);
      return { projectId: row?.projectId, lane: row && this.#env.kinds.get(row.kind)?.laneOf?.(row) };
    } catch (error) {
      this.#env.log({ event: "recordFailed", jobId: id, error });
      return { projectId: undefined, lane: undefined };
    }
  }

  #startWaiting(): void {
    for (let id = this.#lanes.next(); id !== undefined; id = this.#lanes.next()) {
      this.#start(id);
    }
  }

  #start(id: string): ActiveJob {
    const started = this.#active.get(id);
    if (started !== undefined) {
      return started;
    }
    const interrupts = new Interrupts();
    const done = this.#runUntilEnded(id, interrupts).finally(() => {
      this.#active.delete(id);
      this.#lanes.remove(id);
      this.#startWaiting();
    });
    const job = { interrupts, done };
    this.#active.set(id, job);
    return job;
  }

  /** Never rejects. A row that cannot be read or written is tried again after a pause, from where it is. */
  async #runUntilEnded(id: string, interrupts: Interrupts): Promise<void> {
    for (let failures = 1; !interrupts.shutdown.aborted; failures += 1) {
      try {
        const job = await runJob(this.#env, id, interrupts);
        if (job === undefined) {
          this.#env.log({ event: "jobMissing", jobId: id });
        }
        this.#waiters.settle(id, job === undefined ? { error: new Error(`There is no job ${id}`) } : { job });
        return;
      } catch (error) {
        if (!(error instanceof JobInterrupted)) {
          this.#env.log({ event: "recordFailed", jobId: id, error });
        }
        await pause(this.#env.timers, backoffMs(failures), interrupts.shutdown);
      }
    }
  }
}
