import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { openZvhd } from "./open-zvhd.ts";
import { breakAnywhere, interestingSize, overwriteField } from "./testing/break-file.ts";
import type { Field } from "./testing/break-file.ts";
import { BLOCK_BYTES, buildZvhd, seal } from "./testing/build-zvhd.ts";
import type { BuiltZvhd, ZvhdRecipe } from "./testing/build-zvhd.ts";

/**
 * Makes hostile ZVHD images: sound ones, broken in one to three places that a reader trusts (fields of the first and last block, with a right
 * checksum again or without, heads of records, compressed data, the end of the file) or anywhere.
 */
export const fuzzedZvhd: FuzzTarget = {
  name: "zvhd",
  makeFile: (random) => breakImage(buildZvhd(randomZvhdRecipe(random)), random),
  open: (source) => openZvhd(source),
};

/** Draws a sound image of few blocks. */
export function randomZvhdRecipe(random: SeededRandom): ZvhdRecipe {
  const blockCount = 1 + random.below(5);
  const blocks = new Map<number, Uint8Array>();
  for (let count = random.below(3); count > 0; count -= 1) {
    blocks.set(random.below(blockCount), Buffer.alloc(BLOCK_BYTES, random.bytes(1 + random.below(30))));
  }
  return { sizeBytes: blockCount * BLOCK_BYTES - random.below(BLOCK_BYTES), blocks, looksBack: random.oneIn(2) };
}

/** Fields of the first and the last block. */
const footerFields: readonly Field[] = [
  [8, 4],
  [12, 4],
  [16, 8],
  [24, 4],
  [40, 8],
  [48, 8],
  [56, 4],
  [60, 4],
  [68, 8],
];

/** Fields in the head of a record. */
const recordFields: readonly Field[] = [
  [0, 8],
  [12, 4],
  [12, 4],
  [16, 4],
  [48, 8],
];

function breakImage(image: BuiltZvhd, random: SeededRandom): Uint8Array {
  let { file } = image;
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const records = [...image.records.values()];
    const kind = random.below(4);
    if (kind === 0) {
      breakFooters(file, random);
    } else if (kind === 1 && records.length > 0) {
      overwriteField(file, random.pick(records), { field: random.pick(recordFields), value: interestingSize(file, BLOCK_BYTES, random) });
    } else if (kind === 2 && records.length > 0) {
      const at = random.pick(records) + 48 + random.below(300);
      file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
    } else {
      file = breakAnywhere(file, random);
    }
  }
  return file;
}

/** Changes a field of the first block, of the last, or of both alike. */
function breakFooters(file: Buffer, random: SeededRandom): void {
  const change = { field: random.pick(footerFields), value: interestingSize(file, BLOCK_BYTES, random) };
  const isSealed = !random.oneIn(6);
  for (const at of random.pick([[0], [file.length - 4096], [0, file.length - 4096], [0, file.length - 4096]])) {
    overwriteField(file, at, change);
    if (isSealed && at >= 0 && at + 4096 <= file.length) {
      seal(file.subarray(at, at + 4096));
    }
  }
}
