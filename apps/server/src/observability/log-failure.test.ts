import assert from "node:assert/strict";
import { test } from "node:test";
import { logFailure } from "./log-failure.ts";

const levels: readonly (readonly [number, readonly string[]])[] = [
  [404, []],
  [500, ["error"]],
  [501, []],
  [503, ["warn"]],
  [507, ["warn"]],
];

for (const [status, expected] of levels) {
  test(`a call that was answered by ${status} is logged as ${expected[0] ?? "nothing"}`, () => {
    const lines: string[] = [];
    logFailure({ warn: () => lines.push("warn"), error: () => lines.push("error") }, status, {}, "A call failed");
    assert.deepEqual(lines, expected);
  });
}
