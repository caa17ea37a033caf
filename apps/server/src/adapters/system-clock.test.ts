import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./system-clock.ts";

test("the clock tells the machine's time in milliseconds", () => {
  const before = new Date().getTime();
  const now = systemClock.now();
  assert.ok(before <= now && now <= new Date().getTime());
});
