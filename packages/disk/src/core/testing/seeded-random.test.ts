import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "./seeded-random.ts";

test("the same seed gives the same numbers, another seed others", () => {
  const draw = (seed: number): Buffer => new SeededRandom(seed).bytes(32);
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
});

test("numbers stay below their limit and reach all of it", () => {
  const random = new SeededRandom(3);
  const seen = new Set(Array.from({ length: 1000 }, () => random.below(7)));
  assert.deepEqual(seen, new Set([0, 1, 2, 3, 4, 5, 6]));
});
