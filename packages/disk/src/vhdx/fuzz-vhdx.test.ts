import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedVhdx, fuzzParent, randomVhdxRecipe } from "./fuzz-vhdx.ts";
import { openVhdx } from "./open-vhdx.ts";
import { buildVhdx, contentOfVhdx } from "./testing/build-vhdx.ts";

const SEED = 20_261_122;

test(`broken VHDXs are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedVhdx, { seed: SEED, iterations: 250 });
  assert.ok(opened > 40, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the VHDXs that are broken were sound before", async () => {
  const beneath = await fuzzParent().read(0, fuzzParent().virtualSizeBytes);
  for (let number = 0; number < 20; number += 1) {
    const { logGuid: _, ...recipe } = randomVhdxRecipe(new SeededRandom(number));
    const isChild = recipe.parentLinkage !== undefined;
    const content = isChild ? contentOfVhdx(recipe, beneath) : contentOfVhdx(recipe);
    const disk = await openVhdx(new MemorySource(buildVhdx(recipe).file), isChild ? { parent: fuzzParent() } : {});
    assert.ok(content.equals(await disk.read(0, content.length)), `seed ${number}`);
  }
});
