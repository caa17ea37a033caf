import assert from "node:assert/strict";
import { test } from "node:test";
import { Jobs } from "@tintype/client/jobs.ts";
import { doubleSession } from "@tintype/client/testing/double-session.ts";
import { readBody, startHttpDouble } from "@tintype/client/testing/http-double.ts";
import { InstantTimers } from "@tintype/client/testing/instant-timers.ts";
import { cancelPolitely } from "./cancel-politely.ts";

/** Cancels a job whose service answers the cancelling so, and whose states then follow each other. */
async function cancel(cancelAnswer: { readonly status: number; readonly body: object }, statuses: string[]): Promise<string> {
  await using server = await startHttpDouble(async (request, response) => {
    await readBody(request);
    if (request.url === "/v3/auth/tokens") {
      response.writeHead(201, { "x-subject-token": "t" }).end('{"token":{"expires_at":"2030-01-01T00:00:00Z","project":{"id":"p"}}}');
    } else if (request.method === "POST") {
      response.writeHead(cancelAnswer.status).end(JSON.stringify(cancelAnswer.body));
    } else {
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      response.end(JSON.stringify({ id: "j1", status, progress: { doneBytes: 0, totalBytes: 0 } }));
    }
  });
  const timers = new InstantTimers();
  return await cancelPolitely({ timers }, new Jobs(doubleSession(server.url, timers)), "j1");
}

test("a job that is undone is told as cancelled, once it is", async () => {
  assert.equal(await cancel({ status: 202, body: {} }, ["running", "running", "cancelled"]), "Cancelled; what the job did is undone.");
});

test("a job that ended first is told as it ended", async () => {
  const ended = { status: 409, body: { code: "api.jobEnded", detail: "Ended." } };
  assert.equal(await cancel(ended, ["succeeded"]), "The job succeeded before it could be cancelled.");
});

test("a refusal is told together with what can be done", async () => {
  const refused = { status: 403, body: { code: "api.forbidden", detail: "Not yours." } };
  assert.equal(await cancel(refused, ["running"]), 'The job could not be cancelled (Not yours.); "tintype job cancel j1" tries again.');
});
