import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration } from "./format-duration.ts";

for (const [seconds, text] of [
  [0, "0:00"],
  [59.6, "1:00"],
  [754, "12:34"],
  [3_600, "1:00:00"],
  [10_921, "3:02:01"],
  [-3, "0:00"],
] as const) {
  test(`${seconds} seconds are ${text}`, () => assert.equal(formatDuration(seconds), text));
}
