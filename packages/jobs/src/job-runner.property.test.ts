import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { JobKind, StepContext } from "./job-kind.ts";
import type { JobRecord, JobRecords } from "./job-record.ts";
import { hasEnded } from "./job-record.ts";
import type { JobRunner } from "./job-runner.ts";
import { JobBench, PassingError, testKind } from "./testing/job-bench.ts";

/** How one step and its undo behave over the whole life of the job. */
interface StepPlan {
  /** So many starts fail in a way that may go away. */
  readonly passingFailures: number;
  readonly maxAttempts: number;
  readonly failsForGood: boolean;
  readonly undoFailures: number;
  readonly ignoresSignal: boolean;
}

/** What happens to the process from outside, at the `at`-th moment of the job. */
interface Blow {
  readonly at: number;
  /** A fault is a write of the row that throws, before or after it happened. */
  readonly kind: "cancel" | "shutdown" | "crash" | "fault";
}

const stepPlan: fc.Arbitrary<StepPlan> = fc.record({
  passingFailures: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  failsForGood: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
  undoFailures: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
  ignoresSignal: fc.boolean(),
});

const blow: fc.Arbitrary<Blow> = fc.record({
  at: fc.integer({ min: 1, max: 40 }),
  kind: fc.oneof(fc.constant("crash" as const), fc.constantFrom("shutdown" as const, "cancel" as const, "fault" as const)),
});

/** A world that outlives processes: what steps did and did not undo, and everything that was seen on the way. */
class World {
  readonly bench = new JobBench();
  readonly plans: readonly StepPlan[];
  readonly applied = new Set<number>();
  readonly trace: { readonly what: "run" | "undo" | "undone" | "ended"; readonly step: number }[] = [];
  /** What steps and undos saw and must not see; thrown there, it would only look like a failing step. */
  readonly violations: string[] = [];
  readonly starts: number[];
  readonly undoStarts: number[];
  #blows: readonly Blow[];
  #moment = 0;
  #process = 0;
  runner: JobRunner;
  readonly id: string;

  constructor(plans: readonly StepPlan[], blows: readonly Blow[], id: string) {
    this.plans = plans;
    this.#blows = blows;
    this.id = id;
    this.starts = plans.map(() => 0);
    this.undoStarts = plans.map(() => 0);
    this.runner = this.#startProcess();
  }

  /** Runs the job to its end, over as many processes as it takes. */
  async live(): Promise<JobRecord> {
    this.runner.dispatch(this.id);
    for (;;) {
      const row = await this.bench.row(this.id);
      if (hasEnded(row)) {
        return row;
      }
      await this.bench.timers.settle();
      const [next] = this.bench.timers.pending;
      if (next !== undefined) {
        await this.bench.timers.advance(next);
      }
    }
  }

  /** One moment at which the process can be struck. A process that died stands still for ever. Answers whether a write fails now. */
  async #tick(process: number): Promise<boolean> {
    if (process !== this.#process) {
      await new Promise(() => {});
    }
    this.#moment += 1;
    const struck = this.#blows.filter(({ at }) => at === this.#moment);
    for (const { kind } of struck) {
      await this.#strike(kind);
    }
    if (process !== this.#process) {
      await new Promise(() => {});
    }
    return struck.some(({ kind }) => kind === "fault");
  }

  async #strike(kind: Blow["kind"]): Promise<void> {
    if (kind === "cancel") {
      void this.runner.cancel(this.id).catch(() => "unanswered");
    } else if (kind === "crash") {
      this.runner = this.#startProcess();
      await this.runner.recover();
    } else if (kind === "shutdown") {
      void this.#restart(this.runner);
    }
  }

  /** Stops a process in good order; the next one starts unless a crash was faster. */
  async #restart(stopping: JobRunner): Promise<void> {
    await stopping.close();
    if (this.runner === stopping) {
      this.runner = this.#startProcess();
      await this.runner.recover();
    }
  }

  #startProcess(): JobRunner {
    this.#process += 1;
    const process = this.#process;
    return this.bench.start(this.#kind(process), { records: this.#recordsOf(process), closeTimeoutMs: 3_600_000 });
  }

  /** Rows as one process sees them: every write is a moment before and a moment after. */
  #recordsOf(process: number): JobRecords {
    const { records } = this.bench;
    return {
      ...records,
      update: async (id, expected, change) => {
        const failsBefore = await this.#tick(process);
        const row = failsBefore ? undefined : await records.update(id, expected, change);
        if (failsBefore || (await this.#tick(process))) {
          throw new Error("database or disk is full");
        }
        return row;
      },
    };
  }

  #kind(process: number): JobKind {
    const steps = this.plans.map((plan, step) => ({
      name: String(step),
      maxAttempts: plan.maxAttempts,
      run: (context: StepContext) => this.#run(process, step, context),
      undo: (context: StepContext) => this.#undo(process, step, context),
    }));
    return testKind(steps, { onEnded: async () => void this.trace.push({ what: "ended", step: -1 }) });
  }

  async #run(process: number, step: number, { job, signal, outputs }: StepContext): Promise<number> {
    const plan = this.plans[step] ?? assert.fail();
    if (signal.aborted) {
      this.violations.push(`step ${step} starts after its interruption`);
    }
    if ((await this.bench.row(job.id)).steps[step]?.finishedAt !== undefined) {
      this.violations.push(`step ${step} is run though it is finished`);
    }
    if (JSON.stringify(Object.values(outputs)) !== JSON.stringify([...this.plans.keys()].slice(0, step))) {
      this.violations.push(`step ${step} sees the outputs ${JSON.stringify(outputs)}`);
    }
    this.trace.push({ what: "run", step });
    this.starts[step] = (this.starts[step] ?? 0) + 1;
    await this.#tick(process);
    this.applied.add(step);
    await this.#tick(process);
    if (!plan.ignoresSignal) {
      signal.throwIfAborted();
    }
    if ((this.starts[step] ?? 0) <= plan.passingFailures) {
      throw new PassingError("away");
    }
    if (plan.failsForGood) {
      throw new Error("corrupt");
    }
    return step;
  }

  async #undo(process: number, step: number, { signal }: StepContext): Promise<void> {
    const plan = this.plans[step] ?? assert.fail();
    if (signal.aborted) {
      this.violations.push(`undo ${step} starts after its interruption`);
    }
    this.trace.push({ what: "undo", step });
    this.undoStarts[step] = (this.undoStarts[step] ?? 0) + 1;
    await this.#tick(process);
    if (!plan.ignoresSignal) {
      signal.throwIfAborted();
    }
    if ((this.undoStarts[step] ?? 0) <= plan.undoFailures) {
      throw new Error("busy");
    }
    this.applied.delete(step);
    await this.#tick(process);
    this.trace.push({ what: "undone", step });
  }
}

function assertEndIsConsistent(world: World, job: JobRecord): void {
  const all = world.plans.map((_, step) => step);
  const undos = world.trace.filter(({ what }) => what === "undo").map(({ step }) => step);
  const ends = world.trace.filter(({ what }) => what === "ended").length;
  assert.deepEqual(world.violations, []);
  assert.notEqual(job.finishedAt, undefined);
  if (job.status === "succeeded") {
    assert.deepEqual(
      [...world.applied].toSorted((a, b) => a - b),
      all,
    );
    assert.ok(job.steps.every((step) => step.finishedAt !== undefined && step.undoneAt === undefined));
    assert.deepEqual([undos, ends, job.error, job.result], [[], 0, undefined, all.length - 1]);
    return;
  }
  const givenUp = job.steps.filter((step) => step.undoError !== undefined).map((step) => Number(step.name));
  assert.deepEqual(
    [...world.applied].toSorted((a, b) => a - b),
    givenUp.filter((step) => (world.starts[step] ?? 0) > 0 && world.applied.has(step)),
  );
  assert.ok(ends >= 1, "the last clean-up was done");
  assert.equal(job.status, job.error === undefined ? "cancelled" : "failed");
  assert.ok(job.cancelRequested || job.error !== undefined);
  for (const error of [job.error, ...job.steps.map((step) => step.undoError)]) {
    assert.ok(error === undefined || /^(away|corrupt|busy)$/.test(error.message), `an interruption is no failure: ${error?.message}`);
  }
  for (const step of job.steps) {
    const isUndone = step.undoneAt !== undefined || step.undoError !== undefined;
    assert.equal(isUndone, step.attempts > 0, `step ${step.name} was started ${step.attempts} times`);
    assert.equal(undos.includes(Number(step.name)), step.attempts > 0);
  }
}

function assertOrder(world: World): void {
  const firstUndo = world.trace.findIndex(({ what }) => what === "undo");
  const runs = world.trace.flatMap(({ what, step }) => (what === "run" ? [step] : []));
  assert.deepEqual(
    runs,
    runs.toSorted((a, b) => a - b),
    "steps run in order",
  );
  if (firstUndo !== -1) {
    const after = world.trace.slice(firstUndo);
    const undos = after.flatMap(({ what, step }) => (what === "undo" ? [step] : []));
    assert.ok(
      after.every(({ what }) => what !== "run"),
      "nothing goes forward once undoing began",
    );
    assert.deepEqual(
      undos,
      undos.toSorted((a, b) => b - a),
      "undos run newest first",
    );
  }
}

test("whatever fails, is cancelled, stopped or crashes, and whenever: the end is consistent, in order, and nothing finished is run again", async () => {
  const seen = { succeeded: 0, failed: 0, cancelled: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(stepPlan, { minLength: 1, maxLength: 4 }), fc.array(blow, { maxLength: 5 }), async (plans, blows) => {
      const world = new World(plans, blows, "1".padStart(32, "0"));
      await world.bench.insert();
      const job = await world.live();
      assertEndIsConsistent(world, job);
      assertOrder(world);
      seen[job.status as keyof typeof seen] += 1;
      const attempts = job.steps.map((step) => step.attempts);
      assert.ok(
        world.starts.every((starts, step) => starts <= (attempts[step] ?? 0)),
        "every start was counted",
      );
    }),
    { numRuns: 1500, seed: 20_261_122 },
  );
  assert.ok(
    Object.values(seen).every((count) => count > 50),
    `the runs are worth something: ${JSON.stringify(seen)}`,
  );
});
