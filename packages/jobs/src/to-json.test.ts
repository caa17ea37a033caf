import assert from "node:assert/strict";
import { test } from "node:test";
import { toJson } from "./to-json.ts";

test("a value takes the form in which it is read back", () => {
  assert.deepEqual(toJson({ at: new Date(0), gone: undefined, list: [1, undefined] }), { at: "1970-01-01T00:00:00.000Z", list: [1, null] });
  assert.equal(toJson(undefined), null);
  assert.equal(toJson(null), null);
  assert.equal(toJson(0), 0);
});

test("a value that JSON cannot hold is refused", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  for (const value of [1n, () => {}, Symbol("s"), cycle]) {
    assert.throws(() => toJson(value), TypeError);
  }
});
