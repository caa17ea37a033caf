import assert from "node:assert/strict";
import { test } from "node:test";
import { InstantTimers } from "../testing/instant-timers.ts";
import { retrying } from "./retrying.ts";
import { systemTimers } from "./timers.ts";

const policy = { attempts: 5, firstDelayMs: 100, maxDelayMs: 300 };

function failing(times: number): (attempt: number) => Promise<string> {
  return (attempt) => (attempt <= times ? Promise.reject(new Error(`failure ${attempt}`)) : Promise.resolve(`after ${attempt}`));
}

test("pauses are drawn from ranges that double up to the longest, until it works", async () => {
  const timers = new InstantTimers();
  assert.equal(await retrying(failing(4), { policy, timers, isTransient: () => true }), "after 5");
  assert.deepEqual(timers.delays, [50, 100, 150, 150]);
});

test("the last failure is thrown when the attempts are used up, and a lasting one at once", async () => {
  const timers = new InstantTimers();
  await assert.rejects(retrying(failing(9), { policy, timers, isTransient: () => true }), { message: "failure 5" });
  await assert.rejects(retrying(failing(9), { policy, timers, isTransient: (_, attempt) => attempt < 2 }), { message: "failure 2" });
});

test("an abort during a pause or a try ends it with the reason", async () => {
  for (const work of [failing(9), () => Promise.reject(new Error("torn off"))]) {
    const stop = new AbortController();
    const isTransient = () => {
      stop.abort(new Error("enough"));
      return true;
    };
    const options = { policy, timers: new InstantTimers(), signal: stop.signal, isTransient };
    await assert.rejects(retrying(work, options), { message: "enough" });
  }
});

test("the machine's time can be waited for and told to stop", async () => {
  await systemTimers.delay(1);
  await assert.rejects(systemTimers.delay(60_000, AbortSignal.abort(new Error("enough"))), { message: "enough" });
  assert.ok(systemTimers.now() > Date.UTC(2024, 0));
  const chance = systemTimers.chance();
  assert.ok(chance >= 0 && chance < 1);
});
