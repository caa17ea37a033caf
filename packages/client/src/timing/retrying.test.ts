import assert from "node:assert/strict";
import { test } from "node:test";
import { InstantTimers } from "../testing/instant-timers.ts";
import { retrying } from "./retrying.ts";

const policy = { attempts: 5, firstDelayMs: 100, maxDelayMs: 300 };

function failing(times: number): () => Promise<string> {
  let attempts = 0;
  return () => {
    attempts += 1;
    return attempts <= times ? Promise.reject(new Error(`failure ${attempts}`)) : Promise.resolve(`after ${attempts}`);
  };
}

test("pauses double up to their longest until it works", async () => {
  const timers = new InstantTimers();
  assert.equal(await retrying(failing(4), { policy, timers, isTransient: () => true }), "after 5");
  assert.deepEqual(timers.delays, [100, 200, 300, 300]);
});

test("the last failure is thrown when the attempts are used up, and a lasting one at once", async () => {
  const timers = new InstantTimers();
  await assert.rejects(retrying(failing(9), { policy, timers, isTransient: () => true }), { message: "failure 5" });
  await assert.rejects(retrying(failing(9), { policy, timers, isTransient: (error) => !String(error).includes("2") }), {
    message: "failure 2",
  });
});

test("an abort during a pause ends it", async () => {
  const stop = new AbortController();
  const options = {
    policy,
    timers: new InstantTimers(),
    signal: stop.signal,
    isTransient: () => true,
    onRetry: () => stop.abort(new Error("enough")),
  };
  await assert.rejects(retrying(failing(9), options), { message: "enough" });
});
