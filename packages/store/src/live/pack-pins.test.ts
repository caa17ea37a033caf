import assert from "node:assert/strict";
import { it } from "node:test";
import { PackPins } from "./pack-pins.ts";

it("holds a pack until the last writer that relies on it has ended", () => {
  const pins = new PackPins();
  const [one, two] = [pins.open(), pins.open()];
  one.add("a");
  one.add("a");
  two.add("a");
  two.add("b");
  one.release();
  one.release();
  assert.deepEqual([pins.has("a"), pins.has("b"), pins.has("c")], [true, true, false]);
  two.release();
  assert.deepEqual([pins.has("a"), pins.has("b")], [false, false]);
});
