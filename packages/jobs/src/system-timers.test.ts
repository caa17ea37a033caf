import assert from "node:assert/strict";
import { test } from "node:test";
import { systemTimers } from "./system-timers.ts";

test("a sleep ends", async () => {
  await systemTimers.sleep(1);
});

test("an aborted sleep ends at once with the signal's own reason", async () => {
  const reason = new Error("cancelled");
  await assert.rejects(systemTimers.sleep(3_600_000, AbortSignal.abort(reason)), reason);
  const controller = new AbortController();
  const sleep = systemTimers.sleep(3_600_000, controller.signal);
  controller.abort(reason);
  await assert.rejects(sleep, reason);
});
