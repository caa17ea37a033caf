import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedQcow1, randomQcow1Recipe } from "./fuzz-qcow1.ts";
import { openQcow1 } from "./open-qcow1.ts";
import { buildQcow1, qcow1Content } from "./testing/build-qcow1.ts";

const SEED = 20_261_122;

test(`broken QCOW images are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedQcow1, { seed: SEED, iterations: 1500 });
  assert.ok(opened > 200, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.limit", "disk.unsafe", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the QCOW images that are broken were sound before", async () => {
  for (let number = 0; number < 100; number += 1) {
    const recipe = randomQcow1Recipe(new SeededRandom(number));
    const content = qcow1Content(recipe);
    const disk = await openQcow1(new MemorySource(buildQcow1(recipe).file));
    assert.ok(content.equals(await disk.read(0, content.length)), `seed ${number}`);
  }
});
