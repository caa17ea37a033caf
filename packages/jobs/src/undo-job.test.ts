import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobStep } from "./job-kind.ts";
import type { JobRecord } from "./job-record.ts";
import { crashingRecords } from "./testing/crashing-records.ts";
import { gate, JobBench, testKind } from "./testing/job-bench.ts";

/** Steps a, b, c that note what they do; `c` fails. */
function failingSteps(notes: string[]): readonly JobStep[] {
  return ["a", "b", "c"].map((name) => ({
    name,
    async run() {
      notes.push(`run ${name}`);
      if (name === "c") {
        throw new Error("c is corrupt");
      }
      return `${name}'s output`;
    },
    async undo({ outputs }) {
      notes.push(`undo ${name} with ${Object.keys(outputs).join("+")}`);
    },
  }));
}

test("a failure undoes the failed step and the finished ones, newest first, then cleans up, and only then says failed", async () => {
  const bench = new JobBench();
  const notes: string[] = [];
  const onEnded = async (job: JobRecord) => {
    notes.push(`ended: told ${job.status}, row ${(await bench.row(job.id)).status}`);
  };
  const later = { name: "d", run: async () => null, undo: async () => void notes.push("undo d") };
  const job = await bench.run(testKind([...failingSteps(notes), later], { onEnded }));
  assert.deepEqual(notes, [
    "run a",
    "run b",
    "run c",
    "undo c with a+b",
    "undo b with a+b",
    "undo a with a+b",
    "ended: told failed, row running",
  ]);
  assert.deepEqual(
    [job.status, job.error, job.result, job.currentStep],
    ["failed", { code: "test.failed", message: "c is corrupt" }, null, "c"],
  );
  assert.deepEqual(
    job.steps.map(({ name, undoneAt }) => [name, undoneAt !== undefined]),
    [
      ["a", true],
      ["b", true],
      ["c", true],
      ["d", false],
    ],
  );
  assert.equal(job.finishedAt, bench.timers.now());
});

test("the row tells the error before the first undo begins", async () => {
  const bench = new JobBench();
  let seen: JobRecord | undefined;
  const undo = async ({ job }: { job: JobRecord }) => {
    seen = await bench.row(job.id);
  };
  const run = async () => {
    throw new Error("corrupt");
  };
  await bench.run(testKind([{ name: "a", run, undo }]));
  assert.deepEqual([seen?.status, seen?.error?.message], ["running", "corrupt"]);
});

test("after a crash in the middle of the undos the rest is undone, nothing goes forward, and what was undone stays so", async () => {
  const bench = new JobBench();
  const notes: string[] = [];
  const dying = crashingRecords(bench.records, (change) => (change.steps?.[1]?.undoneAt === undefined ? undefined : "after"));
  const id = await bench.insert();
  bench.start(testKind(failingSteps(notes)), { records: dying.records }).dispatch(id);
  await dying.crashed;
  notes.push("crash");
  const runner = bench.start(testKind(failingSteps(notes)));
  await runner.recover();
  const job = await bench.timers.runUntil(runner.wait(id));
  assert.deepEqual(notes.slice(3), ["undo c with a+b", "undo b with a+b", "crash", "undo a with a+b"]);
  assert.deepEqual([job.status, job.error?.message], ["failed", "c is corrupt"]);
});

test("an undo that fails is tried again", async () => {
  const bench = new JobBench();
  let tries = 0;
  const steps = failingSteps([]).map((step) => ({
    ...step,
    async undo() {
      tries += 1;
      if (tries < 3) {
        throw new Error("busy");
      }
    },
  }));
  const job = await bench.run(testKind(steps));
  assert.equal(tries, 5);
  assert.ok(job.steps.every((step) => step.undoneAt !== undefined && step.undoError === undefined));
});

test("an undo that keeps failing is given up and stays on record; the others are undone, and the first error stands", async () => {
  const bench = new JobBench();
  const notes: string[] = [];
  const steps = failingSteps(notes).map((step) => {
    const undo = async () => {
      notes.push(`undo ${step.name}`);
      throw new Error("no permission");
    };
    return step.name === "b" ? { ...step, undo } : step;
  });
  const job = await bench.run(testKind(steps));
  assert.deepEqual(notes.slice(3), ["undo c with a+b", "undo b", "undo b", "undo b", "undo a with a+b"]);
  assert.deepEqual([job.status, job.error?.message], ["failed", "c is corrupt"]);
  assert.deepEqual(
    job.steps.map((step) => step.undoError?.message),
    [undefined, "no permission", undefined],
  );
  const told = bench.events.filter(({ event }) => event === "undoFailed").map(({ step, attempt, final }) => [step, attempt, final]);
  assert.deepEqual(told, [
    ["b", 1, false],
    ["b", 2, false],
    ["b", 3, true],
  ]);
});

test("a cancelled job that cannot be undone ends as failed, for cancelled means that nothing is left", async () => {
  const bench = new JobBench();
  const wait = gate();
  const undo = async () => {
    throw new Error("no permission");
  };
  const runner = bench.start(testKind([{ name: "a", run: async ({ signal }) => await wait.wait(signal), undo }]));
  const id = await bench.insert();
  runner.dispatch(id);
  await wait.reached;
  assert.equal(await runner.cancel(id), "requested");
  const job = await bench.timers.runUntil(runner.wait(id));
  assert.deepEqual([job.status, job.cancelRequested, job.error?.message], ["failed", true, "no permission"]);
});

test("a last clean-up that fails is tried again, and given up in the log, not in silence", async () => {
  for (const [failures, calls] of [
    [2, 3],
    [Infinity, 10],
  ] as const) {
    const bench = new JobBench();
    let count = 0;
    const onEnded = async () => {
      count += 1;
      if (count <= failures) {
        throw new Error("catalog away");
      }
    };
    const job = await bench.run(testKind(failingSteps([]), { onEnded }));
    assert.deepEqual([job.status, job.error?.message, count], ["failed", "c is corrupt", calls]);
    const final = bench.events.some((event) => event.event === "endingFailed" && event.final);
    assert.equal(final, failures === Infinity);
  }
});

test("a last clean-up that a crash cut off is done again after the restart", async () => {
  const bench = new JobBench();
  const ends: string[] = [];
  const kind = testKind(failingSteps([]), { onEnded: async (job) => void ends.push(job.status) });
  const dying = crashingRecords(bench.records, (change) => (change.status === "failed" ? "before" : undefined));
  const id = await bench.insert();
  bench.start(kind, { records: dying.records }).dispatch(id);
  await dying.crashed;
  const runner = bench.start(kind);
  await runner.recover();
  await bench.timers.runUntil(runner.wait(id));
  assert.deepEqual(ends, ["failed", "failed"]);
});

test("a job that succeeds is neither undone nor cleaned up", async () => {
  const notes: string[] = [];
  const steps = failingSteps(notes).slice(0, 2);
  const job = await new JobBench().run(testKind(steps, { onEnded: async () => void notes.push("ended") }));
  assert.equal(job.status, "succeeded");
  assert.deepEqual(notes, ["run a", "run b"]);
});

test("a cancel does not stop an undo, a stop of the process does, and the next start goes on with it", async () => {
  const bench = new JobBench();
  const wait = gate();
  let isStopped = false;
  const kind = testKind([
    {
      name: "a",
      run: async () => {
        throw new Error("corrupt");
      },
      undo: async ({ signal }) => {
        if (!isStopped) {
          await wait.wait(signal);
        }
      },
    },
  ]);
  const first = bench.start(kind);
  const id = await bench.insert();
  first.dispatch(id);
  await wait.reached;
  assert.equal(await first.cancel(id), "requested");
  await bench.timers.settle();
  assert.equal((await bench.row(id)).steps[0]?.undoneAt, undefined);
  isStopped = true;
  await bench.timers.runUntil(first.close());
  assert.deepEqual([(await bench.row(id)).status, (await bench.row(id)).error?.message], ["running", "corrupt"]);
  const second = bench.start(kind);
  await second.recover();
  const job = await bench.timers.runUntil(second.wait(id));
  assert.deepEqual([job.status, job.error?.message, job.steps[0]?.undoError], ["failed", "corrupt", undefined]);
});

test("an undo that a stop of the process interrupts is not given up, not even in its last attempt", async () => {
  const bench = new JobBench();
  const wait = gate();
  let tries = 0;
  const steps = failingSteps([]).map((step) => ({
    ...step,
    async undo({ signal }: { signal: AbortSignal }) {
      tries += 1;
      if (tries < 3) {
        throw new Error("busy");
      }
      if (tries === 3) {
        await wait.wait(signal);
      }
    },
  }));
  const first = bench.start(testKind(steps));
  const id = await bench.insert();
  first.dispatch(id);
  await bench.timers.runUntil(wait.reached);
  await bench.timers.runUntil(first.close());
  const second = bench.start(testKind(steps));
  await second.recover();
  const job = await bench.timers.runUntil(second.wait(id));
  assert.deepEqual(
    job.steps.map((step) => [step.undoneAt !== undefined, step.undoError]),
    [
      [true, undefined],
      [true, undefined],
      [true, undefined],
    ],
  );
});
