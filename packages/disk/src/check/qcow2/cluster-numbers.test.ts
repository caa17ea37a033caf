import assert from "node:assert/strict";
import { test } from "node:test";
import { ClusterNumbers } from "./cluster-numbers.ts";

test("numbers are kept apart, stop at 65,535, and are 0 where nothing was set", () => {
  const numbers = new ClusterNumbers(200_000);
  numbers.set(0, 7);
  numbers.add(65_536, 65_530);
  numbers.add(65_536, 10);
  numbers.add(199_999, 1);
  numbers.mark(199_999, 8);
  assert.deepEqual(
    [0, 1, 65_535, 65_536, 131_072, 199_999, 10 ** 9].map((cluster) => numbers.get(cluster)),
    [7, 0, 0, 65_535, 0, 9, 0],
  );
});

test("a walk passes over pages without numbers", () => {
  const numbers = new ClusterNumbers(300_000);
  assert.equal(numbers.next(0), Infinity);
  numbers.set(140_000, 1);
  assert.equal(numbers.next(0), 131_072);
  assert.equal(numbers.next(140_001), 140_001);
  assert.equal(numbers.next(196_608), Infinity);
});

test("a cluster that the file does not have takes no memory", () => {
  const numbers = new ClusterNumbers(10);
  numbers.set(2 ** 40, 5);
  assert.equal(numbers.get(2 ** 40), 0);
});
