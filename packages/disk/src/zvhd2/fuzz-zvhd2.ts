import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { breakAnywhere, interestingSize, overwriteField } from "../zvhd/testing/break-file.ts";
import type { Field } from "../zvhd/testing/break-file.ts";
import { seal } from "../zvhd/testing/build-zvhd.ts";
import { openZvhd2 } from "./open-zvhd2.ts";
import { buildZvhd2 } from "./testing/build-zvhd2.ts";
import type { BuiltZvhd2, Zvhd2Recipe } from "./testing/build-zvhd2.ts";

const MIB = 1024 * 1024;

/**
 * Makes hostile ZVHD2 images: sound ones, broken in one to three places that a reader trusts (fields of the first and last block, mostly with a
 * right checksum again, index, bitmap, heads of records, compressed data, the end of the file) or anywhere.
 */
export const fuzzedZvhd2: FuzzTarget = {
  name: "zvhd2",
  makeFile: (random) => breakImage(buildZvhd2(randomZvhd2Recipe(random)), random),
  open: (source) => openZvhd2(source),
};

/** Draws a sound image of few blocks. */
export function randomZvhd2Recipe(random: SeededRandom): Zvhd2Recipe {
  const blockBytes = random.pick([MIB, 2 * MIB]);
  const blockCount = 1 + random.below(5);
  const blocks = new Map<number, Uint8Array>();
  for (let count = random.below(3); count > 0; count -= 1) {
    blocks.set(random.below(blockCount), Buffer.alloc(blockBytes, random.bytes(1 + random.below(30))));
  }
  const sizeBytes = blockCount * blockBytes - random.below(blockBytes);
  return { sizeBytes, blocks, blockBytes, method: random.pick(["zlib", "zstd"]), framesPerBlock: random.pick([1, 1, 4, 32]) };
}

/** Fields of the first and the last block. */
const footerFields: readonly Field[] = [
  [8, 4],
  [12, 4],
  [40, 8],
  [48, 8],
  [60, 4],
  [68, 8],
  [87, 1],
  [88, 4],
  [92, 4],
  [96, 8],
  [96, 8],
  [104, 8],
  [104, 8],
  [112, 4],
  [116, 4],
  [120, 4],
  [124, 4],
  [128, 4],
  [132, 4],
  [136, 4],
  [140, 1],
  [141, 1],
];

const entryFields: readonly Field[] = [
  [0, 8],
  [8, 4],
  [12, 4],
];

const recordFields: readonly Field[] = [
  [0, 8],
  [12, 4],
  [16, 4],
  [48, 8],
];

function breakImage(image: BuiltZvhd2, random: SeededRandom): Uint8Array {
  const state = { ...image };
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    state.file = random.pick(breakers)(state, random) ?? state.file;
  }
  return state.file;
}

/** Breaks an image in one place, in its memory or by answering another file. */
type Breaker = (image: BuiltZvhd2, random: SeededRandom) => Buffer | void;

const breakers: readonly Breaker[] = [
  breakFooters,
  breakFooters,
  ({ file, indexOffset }, random) =>
    overwriteField(file, indexOffset + 16 * random.below(4), {
      field: random.pick(entryFields),
      value: interestingSize(file, MIB, random),
    }),
  ({ file, bitmapOffset }, random) => flipBit(file, bitmapOffset + random.below(random.oneIn(3) ? 4096 : 2), random),
  ({ file, records }, random) => {
    const change = { field: random.pick(recordFields), value: interestingSize(file, MIB, random) };
    overwriteField(file, random.pick([0, ...records.values()]), change);
  },
  ({ file, records }, random) => flipBit(file, random.pick([0, ...records.values()]) + 48 + random.below(200), random),
  ({ file, records }, random) => doubleBytes(file, random.pick([0, ...records.values()]) + 48, random),
  ({ file }, random) => breakAnywhere(file, random),
];

/** Changes a field of the first block, of the last, or of both alike. */
function breakFooters({ file }: BuiltZvhd2, random: SeededRandom): void {
  const change = { field: random.pick(footerFields), value: interestingSize(file, MIB, random) };
  const isSealed = !random.oneIn(6);
  for (const at of random.pick([[0], [file.length - 4096], [file.length - 4096], [0, file.length - 4096]])) {
    overwriteField(file, at, change);
    if (isSealed && at >= 0 && at + 4096 <= file.length) {
      seal(file.subarray(at, at + 4096));
    }
  }
}

/** Repeats some bytes of a payload over what is behind them, so that frames come again, are cut, or have others inside. */
function doubleBytes(file: Buffer, payloadAt: number, random: SeededRandom): void {
  const from = payloadAt + random.below(60);
  file.copy(file, payloadAt + random.below(200), from, Math.min(from + 1 + random.below(100), file.length));
}

function flipBit(file: Buffer, at: number, random: SeededRandom): void {
  if (at < file.length) {
    file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
  }
}
