import assert from "node:assert/strict";

/** The sentence that a decoder answered instead of a value. */
export function refusalOf(answer: unknown): string {
  assert.equal(typeof answer, "string");
  return String(answer);
}
