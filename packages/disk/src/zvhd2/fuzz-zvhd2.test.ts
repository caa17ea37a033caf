import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { contentOf } from "../zvhd/testing/build-zvhd.ts";
import { fuzzedZvhd2, randomZvhd2Recipe } from "./fuzz-zvhd2.ts";
import { openZvhd2 } from "./open-zvhd2.ts";
import { buildZvhd2 } from "./testing/build-zvhd2.ts";

const SEED = 20_261_122;

test(`broken ZVHD2 images are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedZvhd2, { seed: SEED, iterations: 250 });
  assert.ok(opened > 30, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the images that are broken were sound before", async () => {
  for (let number = 0; number < 8; number += 1) {
    const recipe = randomZvhd2Recipe(new SeededRandom(number));
    const disk = await openZvhd2(new MemorySource(buildZvhd2(recipe).file));
    const content = Buffer.from(await disk.read(0, disk.virtualSizeBytes));
    // Behind its size, the last sector has what is stored there.
    const size = recipe.sizeBytes;
    assert.ok(contentOf(recipe, recipe.blockBytes).subarray(0, size).equals(content.subarray(0, size)), `seed ${number}`);
  }
});
