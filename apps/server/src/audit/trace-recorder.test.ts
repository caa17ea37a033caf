import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeTimers } from "@tintype/jobs/testing/fake-timers.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { randomIds } from "../adapters/random-ids.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { TraceRecord } from "../ports/trace-catalog.ts";
import { aTrace } from "../ports/trace-catalog.contract.ts";
import { tracingFailures } from "./trace-failed-jobs.ts";
import { traceRecorder } from "./trace-recorder.ts";
import { startTraceSchedule } from "./trace-schedule.ts";
import type { TraceScheduleDeps } from "./trace-schedule.ts";
import type { AnsweredCall } from "./traced-call.ts";

const limits = { traces: { shownDays: 7, unknownPerMinute: 60 } };

/** A call of nobody known. */
const call: AnsweredCall = {
  words: { service: "IMS", resourceType: "image", name: "createImage" },
  principal: undefined,
  traced: undefined,
  accessKeyId: undefined,
  method: "POST",
  path: "/v2/images",
  pathParameters: {},
  body: {},
  status: 201,
  answer: {},
  sourceIp: "127.0.0.1",
  requestId: "r",
};

/** A recorder over a catalog in memory; `append` may be replaced. */
async function world(append?: (catalog: Catalog, traces: readonly TraceRecord[]) => Promise<void>, clock: Clock = { now: () => 5 }) {
  const inner = sqlCatalog(await openSqlite(":memory:"));
  const traces = { ...inner.traces, ...(append && { append: (records: readonly TraceRecord[]) => append(inner, records) }) };
  const flushed: string[] = [];
  const catalog = { ...inner, traces, flush: async () => void flushed.push("all") };
  const [lost, errors]: [number[], object[]] = [[], []];
  const log = { info() {}, warn() {}, error: (fields: object) => void errors.push(fields) };
  const metrics = { observeAuditFailure: (count: number) => void lost.push(count) };
  return { catalog, flushed, lost, errors, recorder: traceRecorder({ catalog, clock, ids: randomIds(clock), log, metrics, limits }) };
}

test("traces that come while others are written are written together, and each is durable when its call returns", async () => {
  const sizes: number[] = [];
  const { recorder, catalog } = await world(async (inner, records) => {
    sizes.push(records.length);
    await inner.traces.append(records);
  });
  await Promise.all(
    Array.from({ length: 150 }, async (_, index) => {
      await recorder.record(aTrace({ id: `t-${index}` }));
      const numbered = await catalog.traces.numbered(aTrace().projectId as never, { after: 0, upTo: 1_000, limit: 1_000 });
      assert.ok(numbered.some(({ trace }) => trace.id === `t-${index}`));
    }),
  );
  assert.deepEqual(sizes, [100, 50]);
});

test("a trace that cannot be kept is logged and counted, and nothing else happens; the next one is kept", async () => {
  let fails = true;
  const { recorder, catalog, lost, errors } = await world(async (inner, records) => {
    if (fails) {
      throw new Error("database or disk is full");
    }
    await inner.traces.append(records);
  });
  await Promise.all([1, 2, 3].map((number) => recorder.record(aTrace({ id: `t-${number}` }))));
  assert.deepEqual([lost.length, errors.length], [3, 3]);
  assert.ok(!JSON.stringify(errors).includes('"request"'));
  fails = false;
  await recorder.record(aTrace({ id: "t-4" }));
  assert.equal(await catalog.traces.lastNumber(), 1);
});

test("what was counted is told by the schedule, without another call", async () => {
  const timers = new FakeTimers();
  const { catalog, recorder, errors } = await world(undefined, timers);
  for (let time = 0; time < 65; time += 1) {
    await recorder.recordCall({ ...call, status: 401 });
  }
  assert.equal(await catalog.traces.lastNumber(), 60);
  const log = { info() {}, warn() {}, error: (fields: object) => void errors.push(fields) };
  // What saves traces is left out.
  const deps = { catalog, clock: timers, timers, log, recorder, limits } as unknown as TraceScheduleDeps;
  await using _schedule = startTraceSchedule(deps, { saveMinutes: 0 });
  await timers.advance(50_000);
  assert.equal(await catalog.traces.lastNumber(), 60);
  await timers.advance(10_000);
  while ((await catalog.traces.lastNumber()) < 61) {
    await timers.settle();
  }
  assert.deepEqual(errors, []);
});

test("a call whose trace cannot be kept is not answered before what it changed is durable by itself", async () => {
  const { recorder, flushed, lost } = await world(async () => {
    throw new Error("database or disk is full");
  });
  await recorder.recordCall(call);
  assert.deepEqual([lost.length, flushed], [1, ["all"]]);
});

test("the failure of a job leaves one trace in the words of its call, however often it is told; success and cancel leave none", async () => {
  const { recorder, catalog } = await world();
  const kind = { name: "imsImportImageJob", steps: [], describeError: () => ({ code: "", message: "" }) };
  const [tracing] = tracingFailures([kind], { catalog, clock: { now: () => 9 }, recorder });
  await recorder.record(aTrace({ id: "call", name: "createImage", jobId: "j" }));
  const job = newJob({ id: "j", kind: kind.name, projectId: "p-mine", subjectId: "image", input: null, now: 0 });
  const error = { code: "IMG.0057", message: "It is no disk\u0007" };
  await tracing?.onEnded?.({ ...job, status: "cancelled" });
  await tracing?.onEnded?.({ ...job, status: "failed", error });
  await tracing?.onEnded?.({ ...job, status: "failed", error });
  const all = await catalog.traces.numbered("p-mine" as never, { after: 0, upTo: 10, limit: 10 });
  assert.equal(all.length, 2);
  const { trace } = all[1] ?? assert.fail();
  assert.deepEqual(
    [trace.kind, trace.rating, trace.name, trace.resourceId, trace.user?.name, trace.errorCode, trace.jobId],
    ["service", "incident", "createImage", "image", "user", "IMG.0057", "j"],
  );
  assert.equal(trace.message, "Job j failed: It is no disk\uFFFD");
});

test("the failure of a job whose call has no trace yet is told in the job's own words", async () => {
  const { recorder, catalog } = await world();
  const [tracing] = tracingFailures([{ name: "kind", steps: [], describeError: () => ({ code: "", message: "" }) }], {
    catalog,
    clock: { now: () => 9 },
    recorder,
  });
  await tracing?.onEnded?.({ ...newJob({ id: "j", kind: "kind", projectId: "p-mine", input: null, now: 0 }), status: "failed" });
  const [numbered] = await catalog.traces.numbered("p-mine" as never, { after: 0, upTo: 10, limit: 10 });
  assert.deepEqual([numbered?.trace.service, numbered?.trace.name, numbered?.trace.user], ["IMS", "kind", undefined]);
});
