import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedVhd, fuzzParent, randomVhdRecipe } from "./fuzz-vhd.ts";
import { openVhd } from "./open-vhd.ts";
import { buildVhd, contentOfVhd } from "./testing/build-vhd.ts";

const SEED = 20_261_122;

test(`broken VHDs are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedVhd, { seed: SEED, iterations: 300 });
  assert.ok(opened > 50, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.limit", "disk.unsafe", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the VHDs that are broken were sound before", async () => {
  const beneath = await fuzzParent().read(0, fuzzParent().virtualSizeBytes);
  for (let number = 0; number < 30; number += 1) {
    const recipe = randomVhdRecipe(new SeededRandom(number));
    const isChild = recipe.type === "differencing";
    const content = isChild ? contentOfVhd(recipe, beneath) : contentOfVhd(recipe);
    const disk = await openVhd(new MemorySource(buildVhd(recipe).file), isChild ? { parent: fuzzParent() } : {});
    assert.ok(content.equals(await disk.read(0, content.length)), `seed ${number}`);
  }
});
