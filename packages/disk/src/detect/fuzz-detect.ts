import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { randomRecipe } from "../qcow2/fuzz-qcow2.ts";
import { buildQcow2 } from "../qcow2/testing/build-qcow2.ts";
import { openDisk } from "./open-disk.ts";
import { buildForeignFile, foreignFormats } from "./testing/build-foreign-files.ts";

/** Makes files whose beginning or end looks like one format or like several, and is then damaged or cut. */
export const fuzzedDetection: FuzzTarget = {
  name: "detection",
  makeFile: (random) => {
    const file = random.oneIn(4) ? buildQcow2(randomRecipe(random)).file : foreignFile(random);
    for (let count = random.below(4); count > 0; count -= 1) {
      const at = random.oneIn(3) ? file.length - 1 - random.below(600) : random.below(random.oneIn(2) ? 120 : 140_000);
      file.writeUInt8(random.pick([0, 1, 0x7f, 0xff, random.below(256)]), Math.min(Math.max(at, 0), file.length - 1));
    }
    return random.oneIn(3) ? file.subarray(0, random.below(file.length + 1)) : file;
  },
  open: (source) => openDisk(source),
};

function foreignFile(random: SeededRandom): Buffer {
  const formats = [random.pick(foreignFormats)];
  if (random.oneIn(4)) {
    formats.push(random.pick(foreignFormats));
  }
  return buildForeignFile(...formats);
}
