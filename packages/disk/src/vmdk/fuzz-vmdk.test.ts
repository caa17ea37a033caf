import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedVmdk, randomRecipe } from "./fuzz-vmdk.ts";
import { openVmdk } from "./open-vmdk.ts";
import { buildVmdk, contentOf } from "./testing/build-vmdk.ts";

const SEED = 20_261_122;

test(`broken images are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedVmdk, { seed: SEED, iterations: 1500 });
  assert.ok(opened > 300, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.limit", "disk.unsafe", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the images that are broken were sound before", async () => {
  for (let number = 0; number < 100; number += 1) {
    const recipe = randomRecipe(new SeededRandom(number));
    const content = contentOf(recipe);
    await using disk = await openVmdk(new MemorySource(buildVmdk(recipe).file));
    assert.ok(content.equals(await disk.read(0, content.length)), `seed ${number}`);
  }
});
