import assert from "node:assert/strict";
import { test } from "node:test";
import { isDiskError } from "../core/disk-error.ts";
import { InstantTimers } from "../core/testing/instant-timers.ts";
import { retrying, TransientError } from "./retrying.ts";

const policy = { attempts: 5, firstDelayMs: 100, maxDelayMs: 300 };
const { signal } = new AbortController();

function failing(times: number, failure: (attempt: number) => Error): () => Promise<number> {
  let attempt = 0;
  return async () => {
    attempt += 1;
    if (attempt <= times) {
      throw failure(attempt);
    }
    return attempt;
  };
}

const busy = (attempt: number): Error => new TransientError("disk.io", `busy ${attempt}`);

test("pauses double up to their longest until it works", async () => {
  const timers = new InstantTimers();
  assert.equal(await retrying(failing(4, busy), { policy, timers, signal }), 5);
  assert.deepEqual(timers.sleeps, [100, 200, 300, 300]);
});

test("the last failure is thrown when the attempts are used up, and a lasting one at once", async () => {
  const timers = new InstantTimers();
  await assert.rejects(retrying(failing(9, busy), { policy, timers, signal }), (error) => isDiskError(error) && error.message === "busy 5");
  await assert.rejects(
    retrying(
      failing(9, () => new Error("broken")),
      { policy, timers, signal },
    ),
    /broken/,
  );
  assert.equal(timers.sleeps.length, 4);
});

test("an abort ends it", async () => {
  const aborted = AbortSignal.abort(new Error("enough"));
  await assert.rejects(retrying(failing(9, busy), { policy, timers: new InstantTimers(), signal: aborted }), /enough/);
});
