import assert from "node:assert/strict";
import type { JobKind, JobStep } from "../job-kind.ts";
import type { JobRecord, JobRecords, Json } from "../job-record.ts";
import { createJobRunner } from "../job-runner.ts";
import type { JobRunner } from "../job-runner.ts";
import { memoryJobRecords } from "../memory-job-records.ts";
import { newJob } from "../new-job.ts";
import { crashingRecords } from "./crashing-records.ts";
import type { CrashPoint } from "./crashing-records.ts";
import { instantTimers } from "./instant-timers.ts";

/** A small world in which a job of the kind can run once and succeed. Each check opens a new one. */
export interface JobKindFixture extends AsyncDisposable {
  /** Makes the kind as a newly started process would: nothing in memory is shared with one made before. */
  kind(): JobKind;
  readonly input: Json;
  readonly projectId?: string;
  readonly subjectId?: string;
  /** Where the job's row is kept, for kinds that write to the same catalog. Default: in memory. */
  readonly records?: JobRecords;
  /** Names everything that a job of this kind may leave behind. What is there before the job does not count. */
  leftovers(): Promise<readonly string[]>;
  /** Throws unless the job did what it is for, once. */
  verify(job: JobRecord): Promise<void>;
}

/** One thing that every job kind must stand. `run` throws when it does not. */
export interface JobKindCheck {
  readonly title: string;
  run(open: () => Promise<JobKindFixture>): Promise<void>;
}

/** What every job kind must stand, made from its steps. */
export function jobKindChecks(kind: JobKind): readonly JobKindCheck[] {
  return [
    check("does what it is for", async (trial) => {
      await trial.succeed((step) => step);
    }),
    ...kind.steps.flatMap(({ name }) => [
      ...(isBehindTheEnd(kind, name) ? checksOfTidying(name) : checksOfWork(name)),
      ...checksOfStep(name),
    ]),
    ...kind.steps.filter((step) => step.undo !== undefined).flatMap((step) => checksOfUndo(step.name)),
  ];
}

/** Tells whether a step only tidies up after the one that settles the job. */
function isBehindTheEnd({ steps }: JobKind, name: string): boolean {
  const settling = steps.findIndex(({ settlesJob }) => settlesJob === true);
  return settling !== -1 && steps.findIndex((step) => step.name === name) > settling;
}

function checksOfTidying(name: string): readonly JobKindCheck[] {
  return [
    check(`a failure instead of step ${name} changes nothing about the job`, async (trial) => {
      await trial.endWell(changed(name, (step) => ({ ...step, run: failing })));
    }),
    check(`a cancel during step ${name} comes too late`, async (trial) => {
      await trial.assertSucceeded(await trial.cancelled(name));
    }),
  ];
}

function checksOfWork(name: string): readonly JobKindCheck[] {
  return [
    check(`a failure instead of step ${name} leaves nothing behind`, async (trial) => {
      await trial.fail(changed(name, (step) => ({ ...step, run: failing })));
    }),
    check(`a failure after step ${name} did its work leaves nothing behind`, async (trial) => {
      await trial.fail(changed(name, runAndFail));
    }),
    check(`a cancel during step ${name} leaves nothing behind`, async (trial) => {
      await trial.cancelDuring(name);
    }),
  ];
}

function checksOfStep(name: string): readonly JobKindCheck[] {
  return [
    check(`step ${name} done twice is as good as once`, async (trial) => {
      await trial.succeed(changed(name, runTwice));
    }),
    ...(["before", "after"] as const).map((moment) =>
      check(`a crash just ${moment} step ${name} is on record is made good by the next start`, async (trial) => {
        await trial.crash((change) => (change.steps?.find((step) => step.name === name)?.finishedAt === undefined ? undefined : moment));
        const job = await trial.resume((step) => step);
        await trial.assertSucceeded(job);
        assert.equal(trial.runs.get(name), moment === "before" ? 2 : 1, `how often step ${name} was run`);
      }),
    ),
  ];
}

function checksOfUndo(name: string): readonly JobKindCheck[] {
  return [
    check(`undoing step ${name} twice is as good as once`, async (trial) => {
      const change = changed(name, undoTwice);
      await trial.fail((step, isLast) => failAtEnd(change(step, isLast), isLast));
    }),
    ...(["before", "after"] as const).map((moment) =>
      check(`a crash just ${moment} the undo of step ${name} is on record is made good by the next start`, async (trial) => {
        const point: CrashPoint = (change) =>
          change.steps?.find((step) => step.name === name)?.undoneAt === undefined ? undefined : moment;
        await trial.crash(point, failAtEnd);
        await trial.assertLeftNothing(await trial.resume(failAtEnd), "failed");
      }),
    ),
  ];
}

type StepChange = (step: JobStep, isLast: boolean) => JobStep;

class InjectedFailure extends Error {
  override readonly name = "InjectedFailure";
}

async function failing(): Promise<never> {
  throw new InjectedFailure("injected by the test");
}

function runTwice(step: JobStep): JobStep {
  return {
    ...step,
    async run(context) {
      await step.run(context);
      return await step.run(context);
    },
  };
}

function runAndFail(step: JobStep): JobStep {
  return {
    ...step,
    async run(context) {
      await step.run(context);
      return await failing();
    },
  };
}

function undoTwice(step: JobStep): JobStep {
  return {
    ...step,
    async undo(context) {
      await step.undo?.(context);
      await step.undo?.(context);
    },
  };
}

function failAtEnd(step: JobStep, isLast: boolean): JobStep {
  return isLast ? runAndFail(step) : step;
}

function changed(name: string, change: (step: JobStep) => JobStep): StepChange {
  return (step) => (step.name === name ? change(step) : step);
}

function check(title: string, run: (trial: Trial) => Promise<void>): JobKindCheck {
  return {
    title,
    async run(open) {
      await using fixture = await open();
      await run(new Trial(fixture, await fixture.leftovers()));
    },
  };
}

const jobId = "0123456789abcdef".repeat(2);

/** One job of the kind under test, over as many processes as it takes. */
class Trial {
  readonly #fixture: JobKindFixture;
  readonly #before: ReadonlySet<string>;
  readonly #records: JobRecords;
  readonly #timers = instantTimers();
  /** How often each step was run, by name. */
  readonly runs = new Map<string, number>();

  constructor(fixture: JobKindFixture, before: readonly string[]) {
    this.#fixture = fixture;
    this.#before = new Set(before);
    this.#records = fixture.records ?? memoryJobRecords();
  }

  async succeed(change: StepChange): Promise<void> {
    await this.assertSucceeded(await this.#run(this.#start(this.#records, change)));
  }

  async fail(change: StepChange): Promise<void> {
    const job = await this.#run(this.#start(this.#records, change));
    assert.equal(job.error?.code, "test.injected", `the job failed, but with ${JSON.stringify(job.error)}`);
    await this.assertLeftNothing(job, "failed");
  }

  /** Runs the job to a good end, whatever it left to do. */
  async endWell(change: StepChange): Promise<void> {
    const job = await this.#run(this.#start(this.#records, change));
    assert.deepEqual([job.status, job.error], ["succeeded", undefined]);
  }

  async cancelDuring(name: string): Promise<void> {
    const job = await this.cancelled(name);
    if (job.steps.some((step) => step.name === name && step.finishedAt !== undefined) && this.#settles(name)) {
      await this.assertSucceeded(job);
    } else {
      await this.assertLeftNothing(job, "cancelled");
    }
  }

  /** Cancels the job while that step runs; answers the row as it ended. */
  async cancelled(name: string): Promise<JobRecord> {
    const change = changed(name, (step) => ({
      ...step,
      async run(context) {
        await runner.cancel(jobId);
        return await step.run(context);
      },
    }));
    const runner = this.#start(this.#records, change);
    return await this.#run(runner);
  }

  #settles(name: string): boolean {
    return this.#fixture.kind().steps.some((step) => step.name === name && step.settlesJob === true);
  }

  /** Runs the job until its process dies. */
  async crash(point: CrashPoint, change: StepChange = (step) => step): Promise<void> {
    const { records, crashed } = crashingRecords(this.#records, point);
    await this.#insert();
    const runner = this.#start(records, change);
    runner.dispatch(jobId);
    const early = runner.wait(jobId).then((job) => assert.fail(`the job ended as ${job.status} before the crash`));
    await Promise.race([crashed, early]);
  }

  /** Starts the next process and lets it finish the job. */
  async resume(change: StepChange): Promise<JobRecord> {
    const runner = this.#start(this.#records, change);
    await runner.recover();
    return await runner.wait(jobId);
  }

  async assertSucceeded(job: JobRecord): Promise<void> {
    assert.equal(job.status, "succeeded", `the job ended as ${job.status}: ${JSON.stringify(job.error)}`);
    await this.#fixture.verify(job);
  }

  async assertLeftNothing(job: JobRecord, status: "failed" | "cancelled"): Promise<void> {
    assert.equal(job.status, status, `the job ended as ${job.status}: ${JSON.stringify(job.error)}`);
    for (const { name, undoError } of job.steps) {
      assert.equal(undoError, undefined, `step ${name} could not be undone: ${undoError?.message}`);
    }
    const left = (await this.#fixture.leftovers()).filter((thing) => !this.#before.has(thing));
    assert.deepEqual(left, [], "what the job left behind");
  }

  #start(records: JobRecords, change: StepChange): JobRunner {
    const kind = this.#fixture.kind();
    const lastName = kind.steps.findLast(({ name }) => !isBehindTheEnd(kind, name))?.name;
    const steps = kind.steps.map((step) => change(this.#counted(step), step.name === lastName));
    return createJobRunner({
      records,
      kinds: [withInjection({ ...kind, steps })],
      clock: this.#timers,
      timers: this.#timers,
      maxConcurrent: 1,
    });
  }

  #counted(step: JobStep): JobStep {
    return {
      ...step,
      run: async (context) => {
        this.runs.set(step.name, (this.runs.get(step.name) ?? 0) + 1);
        return await step.run(context);
      },
    };
  }

  async #run(runner: JobRunner): Promise<JobRecord> {
    await this.#insert();
    runner.dispatch(jobId);
    return await runner.wait(jobId);
  }

  async #insert(): Promise<void> {
    const { input, projectId = "test-project", subjectId } = this.#fixture;
    await this.#records.insert(
      newJob({ id: jobId, kind: this.#fixture.kind().name, projectId, subjectId, input, now: this.#timers.now() }),
    );
  }
}

/** Kinds describe their own errors only, and must not try an injected one again. */
function withInjection(kind: JobKind): JobKind {
  return {
    ...kind,
    describeError: (error) =>
      error instanceof InjectedFailure ? { code: "test.injected", message: error.message } : kind.describeError(error),
    isRetryable: (error) => !(error instanceof InjectedFailure) && (kind.isRetryable?.(error) ?? false),
  };
}
