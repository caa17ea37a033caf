import assert from "node:assert/strict";
import { test } from "node:test";
import { copyName } from "./copy-image.ts";

test("R-184: a copy is called after its original", () => {
  assert.equal(copyName("web-1"), "copy_web-1");
});

test("a name that would have more than 128 characters ends early, and not with a space", () => {
  assert.equal(copyName("n".repeat(128)), `copy_${"n".repeat(123)}`);
  assert.equal(copyName(`${"n".repeat(122)} ${"m".repeat(5)}`), `copy_${"n".repeat(122)}`);
  assert.equal(Array.from(copyName("𠮷".repeat(128))).length, 128);
});
