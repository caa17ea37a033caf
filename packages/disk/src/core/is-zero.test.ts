import assert from "node:assert/strict";
import { test } from "node:test";
import { isZero } from "./is-zero.ts";

test("bytes are zero exactly when none of them is set, wherever it stands", () => {
  const length = 3 * 64 * 1024 + 5;
  assert.equal(isZero(new Uint8Array(length)), true);
  assert.equal(isZero(new Uint8Array(0)), true);
  for (const at of [0, 64 * 1024 - 1, 64 * 1024, 2 * 64 * 1024, length - 1]) {
    const bytes = new Uint8Array(length);
    bytes[at] = 1;
    assert.equal(isZero(bytes), false, `byte ${at}`);
  }
});
