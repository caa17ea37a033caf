import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedZvhd, randomZvhdRecipe } from "./fuzz-zvhd.ts";
import { openZvhd } from "./open-zvhd.ts";
import { buildZvhd, contentOf } from "./testing/build-zvhd.ts";

const SEED = 20_261_122;

test(`broken ZVHD images are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedZvhd, { seed: SEED, iterations: 250 });
  assert.ok(opened > 10, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the images that are broken were sound before", async () => {
  for (let number = 0; number < 8; number += 1) {
    const recipe = randomZvhdRecipe(new SeededRandom(number));
    const disk = await openZvhd(new MemorySource(buildZvhd(recipe).file));
    const content = Buffer.from(await disk.read(0, disk.virtualSizeBytes));
    // Behind its size, the last sector has what is stored there.
    const size = recipe.sizeBytes;
    assert.ok(contentOf(recipe).subarray(0, size).equals(content.subarray(0, size)), `seed ${number}`);
  }
});
