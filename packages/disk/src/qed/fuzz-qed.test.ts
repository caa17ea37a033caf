import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedQed, randomQedRecipe } from "./fuzz-qed.ts";
import { openQed } from "./open-qed.ts";
import { buildQed, qedContent } from "./testing/build-qed.ts";

const SEED = 20_261_122;

test(`broken QED images are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedQed, { seed: SEED, iterations: 1500 });
  assert.ok(opened > 200, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.limit", "disk.unsafe", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the QED images that are broken were sound before", async () => {
  for (let number = 0; number < 100; number += 1) {
    const recipe = randomQedRecipe(new SeededRandom(number));
    const content = qedContent(recipe);
    const disk = await openQed(new MemorySource(buildQed(recipe).file));
    assert.ok(content.equals(await disk.read(0, content.length)), `seed ${number}`);
  }
});
