import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBytes } from "./format-bytes.ts";

const cases: readonly [number, string][] = [
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1536, "1.5 KiB"],
  [1024 ** 2 - 1, "1.0 MiB"],
  [40 * 1024 ** 3, "40.0 GiB"],
  [1000 * 1024 ** 3, "1000.0 GiB"],
  [Number.MAX_SAFE_INTEGER, "8.0 PiB"],
];

for (const [bytes, text] of cases) {
  test(`${bytes} bytes are ${text}`, () => assert.equal(formatBytes(bytes), text));
}
