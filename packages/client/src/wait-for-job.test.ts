import assert from "node:assert/strict";
import { test } from "node:test";
import { Jobs } from "./jobs.ts";
import { doubleSession } from "./testing/double-session.ts";
import { readBody, startHttpDouble } from "./testing/http-double.ts";
import { InstantTimers } from "./testing/instant-timers.ts";
import { waitForJob } from "./wait-for-job.ts";

/** Answers the states of a job one after the other; a number is a status without a job. */
function startService(states: (object | number)[]) {
  return startHttpDouble(async (request, response) => {
    if (request.url === "/v3/auth/tokens") {
      await readBody(request);
      response.writeHead(201, { "x-subject-token": "t" }).end('{"token":{"expires_at":"2030-01-01T00:00:00Z","project":{"id":"p"}}}');
      return;
    }
    const state = states.length > 1 ? states.shift() : states[0];
    if (typeof state === "number") {
      response.writeHead(state).end();
    } else {
      response.end(
        JSON.stringify({
          id: "j",
          kind: "image.import",
          subjectId: "i",
          createdAt: "2026-01-01T00:00:00Z",
          progress: { doneBytes: 0, totalBytes: 0 },
          ...state,
        }),
      );
    }
  });
}

test("a job is asked for until it has ended, also over a service that is away for a while", async () => {
  await using server = await startService([
    { status: "queued" },
    { status: "running", currentStep: "store", progress: { doneBytes: 1, totalBytes: 4 } },
    ...Array.from({ length: 20 }, () => 503),
    { status: "succeeded", progress: { doneBytes: 4, totalBytes: 4 } },
  ]);
  const timers = new InstantTimers();
  const seen: string[] = [];
  let retries = 0;
  const job = await waitForJob(new Jobs(doubleSession(server.url, timers)), "j", {
    timers,
    onUpdate: (state) => seen.push(`${state.status} ${state.currentStep ?? "-"} ${state.progress.doneBytes}`),
    onRetry: () => (retries += 1),
  });
  assert.equal(job.status, "succeeded");
  assert.equal(job.subjectId, "i");
  assert.deepEqual(seen, ["queued - 0", "running store 1", "succeeded - 4"]);
  assert.ok(retries > 0);
});

test("pauses grow to a second and no further", async () => {
  await using server = await startService([
    ...Array.from({ length: 12 }, () => ({ status: "running" })),
    { status: "failed", error: { code: "IMG.0057", message: "bad" } },
  ]);
  const timers = new InstantTimers();
  const job = await waitForJob(new Jobs(doubleSession(server.url, timers)), "j", { timers });
  assert.deepEqual(job.error, { code: "IMG.0057", message: "bad" });
  assert.equal(timers.delays[0], 100);
  assert.equal(timers.delays.at(-1), 1000);
});

test("a job that does not exist is told at once", async () => {
  await using server = await startService([404]);
  const timers = new InstantTimers();
  await assert.rejects(waitForJob(new Jobs(doubleSession(server.url, timers)), "j", { timers }), { name: "ApiError", status: 404 });
  assert.deepEqual(timers.delays, []);
});
