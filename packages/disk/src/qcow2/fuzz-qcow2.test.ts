import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedQcow2, randomRecipe } from "./fuzz-qcow2.ts";
import { openQcow2 } from "./open-qcow2.ts";
import { buildQcow2, contentOf } from "./testing/build-qcow2.ts";

const SEED = 20_261_122;

test(`broken images are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedQcow2, { seed: SEED, iterations: 1500 });
  assert.ok(opened > 300, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.limit", "disk.unsafe", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the images that are broken were sound before", async () => {
  for (let number = 0; number < 100; number += 1) {
    const recipe = randomRecipe(new SeededRandom(number));
    const content = contentOf(recipe);
    const disk = await openQcow2(new MemorySource(buildQcow2(recipe).file));
    assert.ok(content.equals(await disk.read(0, content.length)), `seed ${number}`);
  }
});
