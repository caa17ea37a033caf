import assert from "node:assert/strict";
import { test } from "node:test";
import { systemTimers } from "./system-timers.ts";

test("the clock tells the machine's time in milliseconds", () => {
  const before = new Date().getTime();
  const now = systemTimers.now();
  assert.ok(before <= now && now <= new Date().getTime());
});

test("a sleep ends, and an aborted one ends with the signal's own reason", async () => {
  await systemTimers.sleep(1);
  const abort = new AbortController();
  const sleeping = systemTimers.sleep(60_000, abort.signal);
  const reason = new Error("enough");
  abort.abort(reason);
  await assert.rejects(sleeping, (error) => error === reason);
});
