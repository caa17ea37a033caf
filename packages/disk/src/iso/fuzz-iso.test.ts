import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDisk } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedIso, randomIsoRecipe } from "./fuzz-iso.ts";
import { openIso } from "./open-iso.ts";
import { buildIso } from "./testing/build-iso.ts";

const SEED = 20_261_122;

test(`broken discs are refused by our own error or can be read (seed ${SEED})`, async () => {
  const { opened, refused } = await fuzzDisk(fuzzedIso, { seed: SEED, iterations: 500 });
  assert.ok(opened > 100, `${opened} opened`);
  for (const code of ["disk.corrupt", "disk.truncated", "disk.unsupported"]) {
    assert.ok((refused.get(code) ?? 0) > 0, `some are refused with ${code}`);
  }
});

test("the discs that are broken were sound before", async () => {
  for (let number = 0; number < 30; number += 1) {
    const recipe = randomIsoRecipe(new SeededRandom(number));
    const disk = await openIso(new MemorySource(buildIso(recipe)));
    assert.equal(disk.details["udfVolumeId"], recipe.udfName, `seed ${number}`);
    assert.deepEqual(disk.warnings, [], `seed ${number}`);
  }
});
