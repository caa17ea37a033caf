import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobRecords } from "./job-record.ts";
import { memoryJobRecords } from "./memory-job-records.ts";
import { JobBench, PassingError, testKind } from "./testing/job-bench.ts";

test("steps run in order, each with the input and the outputs before it; the last output is the job's result", async () => {
  const seen: unknown[] = [];
  const kind = testKind(
    ["a", "b", "c"].map((name) => ({
      name,
      async run({ input, outputs }) {
        seen.push([name, input, outputs]);
        return { from: name };
      },
    })),
  );
  const job = await new JobBench().run(kind);
  assert.deepEqual(seen, [
    ["a", { number: 1 }, {}],
    ["b", { number: 1 }, { a: { from: "a" } }],
    ["c", { number: 1 }, { a: { from: "a" }, b: { from: "b" } }],
  ]);
  assert.equal(job.status, "succeeded");
  assert.deepEqual(job.result, { from: "c" });
  assert.equal(job.currentStep, undefined);
  assert.equal(job.error, undefined);
  assert.deepEqual(
    job.steps.map(({ name, attempts }) => [name, attempts]),
    [
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ],
  );
});

test("a step's start and the output before it are in the row before the step begins", async () => {
  const bench = new JobBench();
  const rows: unknown[] = [];
  const look = async ({ job }: { job: { id: string } }) => {
    const { status, steps, currentStep } = await bench.row(job.id);
    rows.push([status, currentStep, steps.map(({ attempts, output }) => [attempts, output])]);
    return rows.length;
  };
  await bench.run(
    testKind([
      { name: "a", run: look },
      { name: "b", run: look },
    ]),
  );
  assert.deepEqual(rows, [
    [
      "running",
      "a",
      [
        [1, undefined],
        [0, undefined],
      ],
    ],
    [
      "running",
      "b",
      [
        [1, 1],
        [1, undefined],
      ],
    ],
  ]);
});

test("a step that answers nothing has the output null", async () => {
  const job = await new JobBench().run(testKind([{ name: "a", async run() {} }]));
  assert.deepEqual([job.status, job.steps[0]?.output, job.result], ["succeeded", null, null]);
});

test("a later step gets an output in the form in which a restart would read it", async () => {
  let seen: unknown;
  const steps = [
    // A Date is an object to the type checker, and a text once it was kept.
    { name: "a", run: async () => ({ at: new Date(0) as unknown as string, gone: undefined as unknown as null }) },
    { name: "b", run: async ({ outputs }: { outputs: unknown }) => void (seen = outputs) },
  ];
  await new JobBench().run(testKind(steps));
  assert.deepEqual(seen, { a: { at: "1970-01-01T00:00:00.000Z" } });
});

test("an output that cannot be kept fails the job", async () => {
  const job = await new JobBench().run(testKind([{ name: "a", run: async () => 1n as unknown as number }]));
  assert.equal(job.status, "failed");
  assert.match(job.error?.message ?? "", /BigInt/);
});

test("a step that throws before its first await fails the job like any other", async () => {
  const run = () => {
    throw new Error("early");
  };
  const job = await new JobBench().run(testKind([{ name: "a", run }]));
  assert.deepEqual([job.status, job.error], ["failed", { code: "test.failed", message: "early" }]);
});

test("a failure that may go away is tried again after growing pauses, each start counted in the row before it", async () => {
  const bench = new JobBench();
  const start = bench.timers.now();
  const starts: unknown[] = [];
  const kind = testKind([
    {
      name: "a",
      maxAttempts: 4,
      async run({ job }) {
        starts.push([(await bench.row(job.id)).steps[0]?.attempts, bench.timers.now() - start]);
        if (starts.length < 4) {
          throw new PassingError("network away");
        }
      },
    },
  ]);
  const job = await bench.run(kind);
  assert.equal(job.status, "succeeded");
  assert.deepEqual(starts, [
    [1, 0],
    [2, 1000],
    [3, 3000],
    [4, 7000],
  ]);
  assert.equal(bench.eventNames().filter((name) => name === "stepRetried").length, 3);
});

for (const [title, maxAttempts, error, runs] of [
  ["when its attempts are used up", 3, new PassingError("away"), 3],
  ["at once when another attempt cannot help", 3, new Error("corrupt"), 1],
  ["at once when the step allows one attempt only", undefined, new PassingError("away"), 1],
] as const) {
  test(`a step that fails ends the job ${title}`, async () => {
    let count = 0;
    const run = async () => {
      count += 1;
      throw error;
    };
    const job = await new JobBench().run(testKind([{ name: "a", run, ...(maxAttempts !== undefined && { maxAttempts }) }]));
    assert.deepEqual([job.status, job.error?.message, job.currentStep, count], ["failed", error.message, "a", runs]);
  });
}

test("a step that was started many times and never ended is given up", async () => {
  const bench = new JobBench();
  let runs = 0;
  const kind = testKind([{ name: "a", run: async () => void (runs += 1) }]);
  const id = await bench.insert({ status: "running", steps: [{ name: "a", attempts: 20 }] });
  const runner = bench.start(kind);
  await runner.recover();
  const job = await bench.timers.runUntil(runner.wait(id));
  assert.deepEqual([job.status, job.error?.code, runs], ["failed", "job.neverEnds", 0]);
  assert.match(job.error?.message ?? "", /"a" was started 20 times/);
});

test("a step's last progress is in the row when it ends, well or badly, and the next step begins at zero", async () => {
  const bench = new JobBench();
  const during: unknown[] = [];
  const kind = testKind([
    {
      name: "a",
      async run({ progress }) {
        progress({ doneBytes: 1, totalBytes: 9 });
        progress({ doneBytes: 5, totalBytes: 9 });
        progress({ doneBytes: 9, totalBytes: 9 });
      },
    },
    {
      name: "b",
      async run({ job, progress }) {
        during.push((await bench.row(job.id)).progress);
        progress({ doneBytes: 1, totalBytes: 4 });
        progress({ doneBytes: 3, totalBytes: 4 });
        throw new Error("disk full");
      },
    },
  ]);
  const afterA: unknown[] = [];
  const records: JobRecords = {
    ...bench.records,
    update(id, expected, change) {
      if (change.steps?.[0]?.finishedAt !== undefined && change.steps[1]?.attempts === 0) {
        afterA.push(change.progress);
      }
      return bench.records.update(id, expected, change);
    },
  };
  const job = await bench.run(kind, { records });
  assert.deepEqual(afterA, [{ doneBytes: 9, totalBytes: 9 }]);
  assert.deepEqual(during, [{ doneBytes: 0, totalBytes: 0 }]);
  assert.deepEqual(job.progress, { doneBytes: 3, totalBytes: 4 });
});

test("a progress value that cannot be written is told and does not stop the step", async () => {
  const inner = memoryJobRecords();
  const bench = new JobBench({
    ...inner,
    async update(id, expected, change) {
      if (Object.keys(change).join() === "progress") {
        throw new Error("database is locked");
      }
      return await inner.update(id, expected, change);
    },
  });
  const run = async ({ progress }: { progress: (value: { doneBytes: number; totalBytes: number }) => void }) => {
    progress({ doneBytes: 1, totalBytes: 1 });
  };
  const job = await bench.run(testKind([{ name: "a", run }]));
  assert.equal(job.status, "succeeded");
  assert.ok(bench.eventNames().includes("progressFailed"));
});

test("a kind that fails to describe an error still gets its job ended, with the error's own words", async () => {
  const bench = new JobBench();
  const describeError = () => {
    throw new Error("no words");
  };
  const run = async () => {
    throw new Error("the real trouble");
  };
  const job = await bench.run(testKind([{ name: "a", run }], { describeError }));
  assert.deepEqual(job.error, { code: "job.failed", message: "the real trouble" });
  assert.ok(bench.eventNames().includes("describingFailed"));
});
