import assert from "node:assert/strict";
import { test } from "node:test";
import { orAborted } from "./or-aborted.ts";

test("the answer or the failure of the work comes through", async () => {
  const { signal } = new AbortController();
  assert.equal(await orAborted(Promise.resolve(1), signal), 1);
  assert.equal(await orAborted(Promise.resolve(2), undefined), 2);
  await assert.rejects(orAborted(Promise.reject(new Error("broken")), signal), /broken/);
});

test("a caller that gives up, before or while it waits, gets its own reason", async () => {
  const never = new Promise<void>(() => {});
  await assert.rejects(orAborted(never, AbortSignal.abort(new Error("early"))), /early/);
  const abort = new AbortController();
  const waiting = orAborted(never, abort.signal);
  abort.abort(new Error("late"));
  await assert.rejects(waiting, /late/);
});
