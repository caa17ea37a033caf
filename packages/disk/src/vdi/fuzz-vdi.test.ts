import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedVdi, randomVdiRecipe } from "./fuzz-vdi.ts";
import { openVdi } from "./open-vdi.ts";
import { buildVdi, vdiContent } from "./testing/build-vdi.ts";

const SEED = 20_261_122;

test(`broken VDI images are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedVdi, { seed: SEED, iterations: 1500 });
  assert.ok(opened > 200, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.limit", "disk.unsafe", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the VDI images that are broken were sound before", async () => {
  for (let number = 0; number < 100; number += 1) {
    const recipe = randomVdiRecipe(new SeededRandom(number));
    const content = vdiContent(recipe);
    const disk = await openVdi(new MemorySource(buildVdi(recipe).file));
    assert.ok(content.equals(await disk.read(0, content.length)), `seed ${number}`);
  }
});
