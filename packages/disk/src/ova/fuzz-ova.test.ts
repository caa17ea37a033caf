import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { fuzzedOva } from "./fuzz-ova.ts";

const SEED = 20_261_122;

test(`broken archives are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedOva, { seed: SEED, iterations: 800 });
  assert.ok(opened > 100, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.unsafe", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});
