import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "./backoff.ts";

test("pauses double from one second and stay at one minute", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8, 10_000].map(backoffMs), [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});
