import assert from "node:assert/strict";
import { test } from "node:test";
import { JobInterrupted } from "./job-interrupted.ts";
import { memoryJobRecords } from "./memory-job-records.ts";
import { crashingRecords } from "./testing/crashing-records.ts";
import { gate, JobBench, testKind } from "./testing/job-bench.ts";

/** A kind of one step that notes the job's number and waits at its gate. */
function gatedKind(started: number[]) {
  const gates = Array.from({ length: 9 }, () => gate());
  const gateOf = (number: number) => gates[number] ?? gate();
  const kind = testKind([
    {
      name: "wait",
      async run({ input, signal }) {
        const { number } = input as { number: number };
        started.push(number);
        await gateOf(number).wait(signal);
      },
    },
  ]);
  return { kind, gateOf };
}

test("jobs start in the order of dispatch, no more at once than allowed", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  const { kind, gateOf } = gatedKind(started);
  const runner = bench.start(kind, { maxConcurrent: 2 });
  const ids = [await bench.insert(), await bench.insert(), await bench.insert(), await bench.insert()];
  ids.forEach((id) => runner.dispatch(id));
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2]);
  gateOf(2).open();
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2, 3]);
  [1, 3, 4].forEach((number) => gateOf(number).open());
  await Promise.all(ids.map((id) => runner.wait(id)));
  assert.deepEqual(started, [1, 2, 3, 4]);
});

test("a lane has slots of its own: what waits or runs in one holds up no other", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  const { kind, gateOf } = gatedKind(started);
  const laneOf = ({ input }: { readonly input: unknown }) => ((input as { number: number }).number % 2 === 0 ? "even" : "elsewhere");
  const runner = bench.start({ ...kind, laneOf }, { maxConcurrent: 1, lanes: { even: { slots: 2 } } });
  const ids = [];
  for (let count = 0; count < 7; count += 1) {
    ids.push(await bench.insert());
  }
  ids.forEach((id) => runner.dispatch(id));
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2, 4]);
  gateOf(4).open();
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2, 4, 6]);
  gateOf(1).open();
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2, 4, 6, 3]);
  [2, 3, 5, 6, 7].forEach((number) => gateOf(number).open());
  await Promise.all(ids.map((id) => runner.wait(id)));
  assert.deepEqual(started, [1, 2, 4, 6, 3, 5, 7]);
});

test("the project that has the fewest jobs running is next, and of several the one whose turn was longest ago", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  const { kind, gateOf } = gatedKind(started);
  const runner = bench.start(kind, { maxConcurrent: 2 });
  const ids = [];
  for (const projectId of ["a", "a", "a", "a", "b", "b", "c"]) {
    ids.push(await bench.insert({ projectId }));
  }
  ids.forEach((id) => runner.dispatch(id));
  for (const number of [1, 2, 3, 5, 6, 7, 4]) {
    await bench.timers.settle();
    gateOf(number).open();
  }
  await Promise.all(ids.map((id) => runner.wait(id)));
  // 1 and 2 began when nobody else was there. Once 1 is over, a has one running still and b none; then each has its turn.
  assert.deepEqual(started, [1, 2, 5, 3, 7, 6, 4]);
});

test("a project may have no more jobs running in a lane than its part of the slots, and its others start when one is over", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  const { kind, gateOf } = gatedKind(started);
  const lanes = { slow: { slots: 3, perProject: 2 } };
  const runner = bench.start({ ...kind, laneOf: () => "slow" }, { maxConcurrent: 1, lanes });
  const ids = [];
  for (const projectId of ["a", "a", "a", "b"]) {
    ids.push(await bench.insert({ projectId }));
  }
  ids.slice(0, 3).forEach((id) => runner.dispatch(id));
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2]);
  runner.dispatch(ids[3] ?? "");
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2, 4]);
  gateOf(4).open();
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2, 4]);
  gateOf(2).open();
  await bench.timers.settle();
  assert.deepEqual(started, [1, 2, 4, 3]);
  [1, 3].forEach((number) => gateOf(number).open());
  await Promise.all(ids.map((id) => runner.wait(id)));
});

test("a job whose lane cannot be told runs among all others, and the next one too", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  const { kind, gateOf } = gatedKind(started);
  const laneOf = (): string => {
    throw new Error("no lane");
  };
  const runner = bench.start({ ...kind, laneOf }, { maxConcurrent: 1 });
  const ids = [await bench.insert(), await bench.insert()];
  [1, 2].forEach((number) => gateOf(number).open());
  ids.forEach((id) => runner.dispatch(id));
  await Promise.all(ids.map((id) => runner.wait(id)));
  assert.deepEqual(started, [1, 2]);
  assert.ok(bench.eventNames().includes("recordFailed"));
});

for (const end of ["succeeded", "failed", "cancelled"] as const) {
  test(`a job that ${end === "cancelled" ? "was cancelled" : end} keeps of its input what the kind lets stay, and has all of it before`, async () => {
    const bench = new JobBench();
    const seen: unknown[] = [];
    const work = {
      name: "work",
      async run({ input }: { readonly input: unknown }) {
        seen.push(input);
        if (end === "failed") {
          throw new Error("no");
        }
      },
    };
    const runner = bench.start(testKind([work], { lastingInput: () => ({ number: "kept" }) }));
    const id = await bench.insert();
    if (end === "cancelled") {
      await runner.cancel(id);
    } else {
      runner.dispatch(id);
    }
    const { status, input } = await runner.wait(id);
    assert.equal(status, end);
    assert.deepEqual(input, { number: "kept" });
    assert.deepEqual(seen, end === "cancelled" ? [] : [{ number: 1 }]);
  });
}

test("a job dispatched many times runs once", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  const { kind, gateOf } = gatedKind(started);
  const runner = bench.start(kind);
  const id = await bench.insert();
  runner.dispatch(id);
  runner.dispatch(id);
  await gateOf(1).reached;
  runner.dispatch(id);
  gateOf(1).open();
  await runner.wait(id);
  runner.dispatch(id);
  await bench.timers.settle();
  assert.deepEqual(started, [1]);
});

test("waiting for a job answers its row, at once when it is over; a job that is not there is an error", async () => {
  const bench = new JobBench();
  const runner = bench.start(testKind([]));
  const id = await bench.insert();
  const waiting = runner.wait(id);
  runner.dispatch(id);
  assert.equal((await waiting).status, "succeeded");
  assert.deepEqual(await runner.wait(id), await waiting);
  await assert.rejects(runner.wait("f".repeat(32)), /There is no job f{32}/);
});

test("a wait can be given up without touching the job", async () => {
  const bench = new JobBench();
  const { kind, gateOf } = gatedKind([]);
  const runner = bench.start(kind);
  const id = await bench.insert();
  runner.dispatch(id);
  const controller = new AbortController();
  const waiting = runner.wait(id, { signal: controller.signal });
  await gateOf(1).reached;
  controller.abort(new Error("client went away"));
  await assert.rejects(waiting, /client went away/);
  gateOf(1).open();
  assert.equal((await runner.wait(id)).status, "succeeded");
});

test("dispatching an id without a row is told in the log and rejects who waits for it", async () => {
  const inner = memoryJobRecords();
  const bench = new JobBench(inner);
  const id = await bench.insert();
  let isGone = false;
  const records = { ...inner, get: async (key: string) => (isGone ? undefined : await inner.get(key)) };
  const runner = bench.start(testKind([]), { records });
  const waiting = runner.wait(id);
  await bench.timers.settle();
  isGone = true;
  runner.dispatch(id);
  await assert.rejects(waiting, /There is no job/);
  assert.deepEqual(bench.eventNames(), ["jobMissing"]);
});

test("recovery goes on from the first unfinished step, oldest job first, and leaves what is over alone", async () => {
  const bench = new JobBench();
  const ran: string[] = [];
  const kind = testKind(
    ["a", "b"].map((name) => ({
      name,
      async run({ job, outputs }) {
        ran.push(`${name} of ${Number.parseInt(job.id, 16)} after ${JSON.stringify(outputs)}`);
        return name;
      },
    })),
  );
  await bench.insert({ status: "running", startedAt: 7, steps: [{ name: "a", attempts: 1, finishedAt: 8, output: "kept" }] });
  await bench.insert({ status: "succeeded" });
  await bench.insert();
  const runner = bench.start(kind, { maxConcurrent: 1 });
  assert.equal(await runner.recover(), 2);
  await bench.timers.settle();
  assert.deepEqual(ran, ['b of 1 after {"a":"kept"}', "a of 3 after {}", 'b of 3 after {"a":"a"}']);
  assert.equal((await bench.row("1".padStart(32, "0"))).startedAt, 7);
});

test("recovery finds more jobs than one page of rows holds", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  for (let number = 0; number < 205; number += 1) {
    await bench.insert();
  }
  const runner = bench.start(testKind([{ name: "a", run: async ({ input }) => void started.push((input as { number: number }).number) }]));
  assert.equal(await runner.recover(), 205);
  await bench.timers.settle();
  assert.deepEqual(
    started.toSorted((a, b) => a - b),
    Array.from({ length: 205 }, (_, number) => number + 1),
  );
});

test("a step that a newer version added is run, and what an older version's step left stays on record", async () => {
  const bench = new JobBench();
  const old = { name: "old", attempts: 1, finishedAt: 8, output: "kept" };
  const id = await bench.insert({ status: "running", steps: [old] });
  const runner = bench.start(testKind([{ name: "new", run: async ({ outputs }) => outputs["old"] ?? null }]));
  await runner.recover();
  const job = await runner.wait(id);
  assert.equal(job.result, "kept");
  assert.deepEqual(job.steps[0], old);
});

test("a job of a kind that this version does not have fails with words that say so", async () => {
  const bench = new JobBench();
  const runner = bench.start(testKind([]));
  const id = await bench.insert({ kind: "retired-kind", status: "running" });
  await runner.recover();
  const job = await runner.wait(id);
  assert.deepEqual([job.status, job.error?.code], ["failed", "job.unknownKind"]);
  assert.match(job.error?.message ?? "", /no job of the kind "retired-kind"/);
});

test("a queued job is cancelled at once, however long the queue, without running a step", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  const ended: string[] = [];
  const { kind, gateOf } = gatedKind(started);
  const runner = bench.start({ ...kind, onEnded: async (job) => void ended.push(job.status) }, { maxConcurrent: 1 });
  const [busy, queued, undispatched] = [await bench.insert(), await bench.insert(), await bench.insert()];
  runner.dispatch(busy);
  runner.dispatch(queued);
  await gateOf(1).reached;
  for (const id of [queued, undispatched]) {
    assert.equal(await runner.cancel(id), "cancelled");
    const job = await bench.row(id);
    assert.deepEqual([job.status, job.cancelRequested, job.startedAt, job.error], ["cancelled", true, undefined, undefined]);
  }
  gateOf(1).open();
  await runner.wait(busy);
  await bench.timers.settle();
  assert.deepEqual(started, [1]);
  assert.deepEqual(ended, ["cancelled", "cancelled"]);
});

test("a running job is cancelled by its signal, undone newest first, and then says cancelled", async () => {
  const bench = new JobBench();
  const notes: string[] = [];
  const wait = gate();
  const kind = testKind([
    { name: "a", run: async () => null, undo: async () => void notes.push("undo a") },
    { name: "b", run: async ({ signal }) => await wait.wait(signal), undo: async () => void notes.push("undo b") },
    { name: "c", run: async () => void notes.push("run c"), undo: async () => void notes.push("undo c") },
  ]);
  const runner = bench.start(kind);
  const id = await bench.insert();
  runner.dispatch(id);
  await wait.reached;
  assert.equal(await runner.cancel(id), "requested");
  const job = await runner.wait(id);
  assert.deepEqual([job.status, job.currentStep, job.error], ["cancelled", "b", undefined]);
  assert.deepEqual(notes, ["undo b", "undo a"]);
  const interrupted = bench.events.find(({ event }) => event === "stepInterrupted");
  assert.ok(interrupted?.error instanceof JobInterrupted && interrupted.error.by === "cancel");
});

test("a step that finishes in spite of a cancel is undone like the others", async () => {
  const bench = new JobBench();
  const notes: string[] = [];
  const wait = gate();
  const run = async () => await wait.wait(new AbortController().signal);
  const runner = bench.start(testKind([{ name: "deaf", run, undo: async () => void notes.push("undo") }]));
  const id = await bench.insert();
  runner.dispatch(id);
  await wait.reached;
  await runner.cancel(id);
  wait.open();
  const job = await runner.wait(id);
  assert.deepEqual([job.status, notes, job.steps[0]?.finishedAt !== undefined], ["cancelled", ["undo"], true]);
});

test("a cancel ends the pause before another attempt", async () => {
  const bench = new JobBench();
  const run = async () => {
    throw new Error("away");
  };
  const runner = bench.start(testKind([{ name: "a", maxAttempts: 9, run }], { isRetryable: () => true }));
  const id = await bench.insert();
  runner.dispatch(id);
  await bench.timers.settle();
  assert.deepEqual(bench.timers.pending, [1000]);
  await runner.cancel(id);
  assert.equal((await runner.wait(id)).status, "cancelled");
  assert.deepEqual(bench.timers.pending, []);
});

test("a cancel that only the row tells of is heeded before the next step", async () => {
  const bench = new JobBench();
  const notes: string[] = [];
  const kind = testKind([
    { name: "a", run: async ({ job }) => void (await bench.records.update(job.id, ["running"], { cancelRequested: true })) },
    { name: "b", run: async () => void notes.push("run b"), undo: async () => void notes.push("undo b") },
  ]);
  const job = await bench.run(kind);
  assert.deepEqual([job.status, notes], ["cancelled", []]);
});

test("cancelling a job that is over, or not there, says so", async () => {
  const bench = new JobBench();
  const runner = bench.start(testKind([]));
  const id = await bench.insert();
  runner.dispatch(id);
  const job = await runner.wait(id);
  assert.equal(await runner.cancel(id), "finished");
  assert.deepEqual(await bench.row(id), job);
  assert.equal(await runner.cancel("f".repeat(32)), "unknown");
});

test("a cancel outlives a crash: the next process undoes and does not go forward", async () => {
  const bench = new JobBench();
  const notes: string[] = [];
  const wait = gate();
  const kind = testKind([
    { name: "a", run: async ({ signal }) => await wait.wait(signal), undo: async () => void notes.push("undo a") },
    { name: "b", run: async () => void notes.push("run b") },
  ]);
  const dying = crashingRecords(bench.records, (change) => (change.cancelRequested === true ? "after" : undefined));
  const first = bench.start(kind, { records: dying.records });
  const id = await bench.insert();
  first.dispatch(id);
  await wait.reached;
  void first.cancel(id);
  await dying.crashed;
  const second = bench.start(kind);
  await second.recover();
  assert.equal((await second.wait(id)).status, "cancelled");
  assert.deepEqual(notes, ["undo a"]);
});

test("closing interrupts running steps without failing them, starts nothing more, and the next process goes on", async () => {
  const bench = new JobBench();
  const started: number[] = [];
  const { kind, gateOf } = gatedKind(started);
  const first = bench.start(kind, { maxConcurrent: 1 });
  const [running, queued] = [await bench.insert(), await bench.insert()];
  first.dispatch(running);
  first.dispatch(queued);
  await gateOf(1).reached;
  const waiting = [first.wait(running), first.wait(queued)];
  await Promise.all([first.close(), first.close(), ...waiting.map((wait) => assert.rejects(wait, JobInterrupted))]);
  assert.deepEqual([(await bench.row(running)).status, (await bench.row(queued)).status], ["running", "queued"]);
  assert.deepEqual(bench.timers.pending, []);
  first.dispatch(queued);
  await assert.rejects(first.cancel(queued), JobInterrupted);
  await assert.rejects(first.wait(queued), JobInterrupted);
  const second = bench.start(testKind([{ name: "wait", run: async () => "done" }]));
  await second.recover();
  assert.deepEqual([(await second.wait(running)).status, (await second.wait(queued)).status], ["succeeded", "succeeded"]);
  assert.deepEqual(started, [1]);
});

test("a step that finishes while the runner closes is not run again", async () => {
  const bench = new JobBench();
  let runs = 0;
  const run = async ({ signal }: { signal: AbortSignal }) => {
    runs += 1;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return runs;
  };
  const kind = testKind([
    { name: "a", run },
    { name: "b", run: async ({ outputs }) => outputs["a"] ?? null },
  ]);
  const first = bench.start(kind);
  const id = await bench.insert();
  first.dispatch(id);
  await bench.timers.settle();
  await first.close();
  assert.deepEqual(
    (await bench.row(id)).steps.map(({ attempts }) => attempts),
    [1, 0],
  );
  const second = bench.start(kind);
  await second.recover();
  assert.deepEqual([(await second.wait(id)).result, runs], [1, 1]);
});

test("closing waits only so long for a step that ignores its signal, and what it does later changes no row", async () => {
  const bench = new JobBench();
  const wait = gate();
  const runner = bench.start(testKind([{ name: "deaf", run: async () => await wait.wait(new AbortController().signal) }]), {
    closeTimeoutMs: 3000,
  });
  const id = await bench.insert();
  runner.dispatch(id);
  await wait.reached;
  const start = bench.timers.now();
  await bench.timers.runUntil(runner.close());
  assert.equal(bench.timers.now() - start, 3000);
  assert.ok(bench.events.some(({ event, jobId }) => event === "stopTimedOut" && jobId === id));
  const row = await bench.row(id);
  wait.open();
  await bench.timers.settle();
  assert.deepEqual(await bench.row(id), row);
});

test("a row that cannot be written for a while delays the job and does not lose it", async () => {
  const inner = memoryJobRecords();
  let failures = 3;
  const bench = new JobBench({
    ...inner,
    async update(id, expected, change) {
      if (change.steps?.[0]?.finishedAt !== undefined && failures > 0) {
        failures -= 1;
        throw new Error("database or disk is full");
      }
      return await inner.update(id, expected, change);
    },
  });
  const start = bench.timers.now();
  let runs = 0;
  const job = await bench.run(testKind([{ name: "a", run: async () => (runs += 1) }]));
  assert.deepEqual([job.status, job.result, runs, bench.timers.now() - start], ["succeeded", 1, 1, 7000]);
  assert.equal(bench.eventNames().filter((name) => name === "recordFailed").length, 3);
});

test("a row that cannot be written when the process stops is left to the next start", async () => {
  const inner = memoryJobRecords();
  let isFull = true;
  const bench = new JobBench({
    ...inner,
    async update(id, expected, change) {
      if (change.steps?.[0]?.finishedAt !== undefined && isFull) {
        throw new Error("database or disk is full");
      }
      return await inner.update(id, expected, change);
    },
  });
  const kind = testKind([{ name: "a", run: async () => "done" }]);
  const first = bench.start(kind);
  const id = await bench.insert();
  first.dispatch(id);
  await bench.timers.advance(5000);
  await first.close();
  assert.deepEqual(bench.timers.pending, []);
  isFull = false;
  const second = bench.start(kind);
  await second.recover();
  assert.deepEqual([(await second.wait(id)).status, (await second.wait(id)).steps[0]?.attempts], ["succeeded", 2]);
});

test("a row that cannot be read or taken for a while delays the job", async () => {
  const inner = memoryJobRecords();
  let failures = 2;
  const bench = new JobBench(inner);
  const records = {
    ...inner,
    async get(id: string) {
      if (failures > 0) {
        failures -= 1;
        throw new Error("disk I/O error");
      }
      return await inner.get(id);
    },
  };
  const runner = bench.start(testKind([]), { records });
  const id = await bench.insert();
  runner.dispatch(id);
  await bench.timers.advance(3000);
  assert.equal((await runner.wait(id)).status, "succeeded");
});

test("a job that someone else ends while it runs is left as they ended it", async () => {
  const bench = new JobBench();
  const run = async ({ job }: { job: { id: string } }) => void (await bench.records.update(job.id, ["running"], { status: "failed" }));
  const job = await bench.run(
    testKind([
      { name: "a", run },
      { name: "b", run: async () => assert.fail("not to be run") },
    ]),
  );
  assert.deepEqual([job.status, job.steps[1]?.attempts], ["failed", 0]);
});

test("a runner closes with its scope", async () => {
  const bench = new JobBench();
  const { kind, gateOf } = gatedKind([]);
  const id = await bench.insert();
  {
    await using runner = bench.start(kind);
    runner.dispatch(id);
    await gateOf(1).reached;
  }
  assert.equal((await bench.row(id)).status, "running");
});
