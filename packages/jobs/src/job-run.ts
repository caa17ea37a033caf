import { backoffMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { Interrupts } from "./interrupts.ts";
import type { JobEvent, JobLog } from "./job-event.ts";
import { JobInterrupted } from "./job-interrupted.ts";
import type { JobKind, JobStep, StepContext } from "./job-kind.ts";
import type { JobChange, JobProgress, JobRecord, JobRecords, Json, StepRecord } from "./job-record.ts";
import { pause } from "./pause.ts";
import type { Timers } from "./timers.ts";

/** What every run of a job needs from its runner. */
export interface RunEnvironment {
  readonly records: JobRecords;
  readonly kinds: ReadonlyMap<string, JobKind>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: JobLog;
  /** A step that was started so often without ending is given up. */
  readonly maxStarts: number;
  /** True once the runner was closed without waiting for the end of this work: nothing may be written any more. */
  isAbandoned(): boolean;
}

class RowOutOfHands extends Error {
  override readonly name = "RowOutOfHands";
}

/** One job in the hands of this process: its kind, its newest row, and what interrupts it. */
export class JobRun {
  readonly env: RunEnvironment;
  readonly kind: JobKind;
  readonly interrupts: Interrupts;
  #row: JobRecord;

  constructor(env: RunEnvironment, work: { readonly kind: JobKind; readonly row: JobRecord; readonly interrupts: Interrupts }) {
    this.env = env;
    this.kind = work.kind;
    this.interrupts = work.interrupts;
    this.#row = work.row;
  }

  /** The row as this process last wrote it. */
  get row(): JobRecord {
    return this.#row;
  }

  /** True once there is no way forward: the job failed or was cancelled, in this process or before it started, and was not settled before. */
  get mustUndo(): boolean {
    return !this.isSettled && this.#hasFailed;
  }

  /** The step whose end settles the job: the last one, where none says so. */
  get settlingStep(): JobStep | undefined {
    return this.kind.steps.find(({ settlesJob }) => settlesJob === true) ?? this.kind.steps.at(-1);
  }

  get isSettled(): boolean {
    const { settlingStep: step } = this;
    return step?.settlesJob === true && this.step(step.name).finishedAt !== undefined;
  }

  get #hasFailed(): boolean {
    return this.#row.error !== undefined || this.#row.cancelRequested || this.interrupts.isCancelled;
  }

  /** Tells whether another step may start. Throws JobInterrupted once the process stops. */
  mayGoForward(): boolean {
    this.interrupts.shutdown.throwIfAborted();
    return !this.mustUndo;
  }

  step(name: string): StepRecord {
    return this.#row.steps.find((step) => step.name === name) ?? { name, attempts: 0 };
  }

  /**
   * Writes to the row. A write that fails (a full disk) is repeated after a pause, since the work it tells of would otherwise be done again.
   *
   * Throws  JobInterrupted when the process stops first; what `saveOnce` throws for a row that is out of our hands
   */
  async save(change: JobChange): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        await this.saveOnce(change);
        return;
      } catch (error) {
        if (error instanceof RowOutOfHands || error instanceof JobInterrupted) {
          throw error;
        }
        this.log({ event: "recordFailed", error });
      }
      await pause(this.env.timers, backoffMs(failures), this.interrupts.shutdown);
      this.interrupts.shutdown.throwIfAborted();
    }
  }

  /** Writes the end of the job, as `save` does. */
  async end(change: JobChange): Promise<void> {
    const input = this.kind.lastingInput?.(this.#row.input);
    await this.save({ ...change, finishedAt: this.env.clock.now(), ...(input !== undefined && { input }) });
  }

  /** Writes to the row, or throws: when the row is no longer a running job, when the runner no longer waits for this run, or what the records throw. */
  async saveOnce(change: JobChange): Promise<void> {
    if (this.env.isAbandoned()) {
      this.interrupts.shutdown.throwIfAborted();
    }
    const row = await this.env.records.update(this.#row.id, ["running"], change);
    if (row === undefined) {
      throw new RowOutOfHands(`The job ${this.#row.id} was ended by someone else while it ran`);
    }
    this.#row = row;
  }

  async saveStep(name: string, step: Partial<StepRecord>, change: JobChange = {}): Promise<void> {
    const steps = this.#row.steps.map((record) => (record.name === name ? { ...record, ...step } : record));
    await this.save({ ...change, steps });
  }

  context(signal: AbortSignal, progress: (progress: JobProgress) => void): StepContext {
    const outputs: Record<string, Json> = {};
    for (const step of this.#row.steps) {
      if (step.finishedAt !== undefined) {
        outputs[step.name] = step.output ?? null;
      }
    }
    return { job: this.#row, input: this.#row.input, outputs, signal, progress };
  }

  log(event: Omit<JobEvent, "jobId" | "kind">): void {
    this.env.log({ ...event, jobId: this.#row.id, kind: this.kind.name });
  }
}
