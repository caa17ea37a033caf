import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { fuzzedWrapped } from "./fuzz-wrapped.ts";

const SEED = 20_261_122;

test(`broken wrapped files are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedWrapped, { seed: SEED, iterations: 200 });
  assert.ok(opened > 20, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});
