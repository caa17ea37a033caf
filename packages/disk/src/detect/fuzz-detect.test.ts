import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { fuzzedDetection } from "./fuzz-detect.ts";

const SEED = 20_261_122;

test(`files that look like formats are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedDetection, { seed: SEED, iterations: 800 });
  assert.ok(opened > 20, `${opened} opened`);
  for (const code of ["disk.unsupported", "disk.unsafe", "disk.corrupt", "disk.ambiguous"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});
