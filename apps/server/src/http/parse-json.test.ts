import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "./parse-json.ts";

const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

test("JSON means what it says, down to a hundred levels", () => {
  assert.deepEqual(parseJson('{"a":[1,{"b":null}]}'), { a: [1, { b: null }] });
  assert.equal(parseJson('"text"'), "text");
  assert.ok(Array.isArray(parseJson(nested(100))));
  assert.ok(typeof parseJson(nestedObjects(100)) === "object");
});

test("what is nested deeper is no JSON, and neither is anything else that is none", () => {
  for (const text of [nested(101), nestedObjects(101), `{"a":[1,${nested(100)}]}`, nested(1_000_000), "{", "NaN", ""]) {
    assert.throws(() => parseJson(text), SyntaxError, text.slice(0, 20));
  }
});
