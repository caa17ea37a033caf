import { TestDisk } from "../core/testing/test-disk.ts";
import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { openVhd } from "./open-vhd.ts";
import { buildVhd, sealVhd } from "./testing/build-vhd.ts";
import type { BuiltVhd, VhdBlock, VhdRecipe } from "./testing/build-vhd.ts";

const BLOCK = 512 * 1024;
const PARENT_BYTE = 0x22;
const noise = Buffer.alloc(BLOCK, "0123456789 some bytes of a block ");

/**
 * Makes hostile VHDs: sound ones of every type, broken in one to four places that a reader trusts, mostly with their checksums made right
 * again, so that what lies behind them is reached.
 */
export const fuzzedVhd: FuzzTarget = {
  name: "vhd",
  makeFile: (random) => {
    const image = buildVhd(randomVhdRecipe(random));
    const state = { ...image };
    for (let count = 1 + random.below(4); count > 0; count -= 1) {
      state.file = random.pick(breakers)(state, random) ?? state.file;
    }
    if (!random.oneIn(8) && state.file.length === image.file.length) {
      sealVhd(state);
    }
    return state.file;
  },
  open: async (source) => {
    const type = source.lengthBytes < 512 ? 0 : Buffer.from(await source.read(0, 64)).readUInt8(63);
    return openVhd(source, type === 4 ? { parent: fuzzParent() } : {});
  },
};

/** The parent that every differencing recipe names. */
export function fuzzParent(): VirtualDisk {
  const disk = new TestDisk(BLOCK + 512, [{ offset: 512, length: 100_000, content: "noise" }]);
  const uniqueId = "22222222-2222-2222-2222-222222222222";
  return Object.defineProperties(disk, { format: { value: "vhd" }, details: { value: { uniqueId } } });
}

/** Draws a sound image. */
export function randomVhdRecipe(random: SeededRandom): VhdRecipe {
  const type = random.pick(["fixed", "dynamic", "dynamic", "differencing", "differencing"] as const);
  const count = 1 + random.below(4);
  const blocks = new Map<number, VhdBlock>();
  for (let left = random.below(3); left > 0; left -= 1) {
    const [every, from] = [1 + random.below(9), random.below(9)];
    blocks.set(random.below(count), { bytes: noise, isStored: (sector) => sector % every === from % every });
  }
  return {
    type,
    sizeBytes: count * BLOCK - random.below(3) * 512 - (random.oneIn(4) ? random.below(512) : 0),
    blocks: type === "fixed" ? new Map() : blocks,
    creator: random.pick(["win ", "qemu", "vpc ", "d2v\0"]),
    geometry: random.pick([
      [65_535, 16, 255],
      [3, 4, 17],
      [0, 0, 0],
    ]),
    parentIdByte: PARENT_BYTE,
    hasShortFooter: random.oneIn(8),
    gapBytes: random.below(3) * 512,
    isSavedState: random.oneIn(8),
  };
}

type Breaker = (image: BuiltVhd, random: SeededRandom) => Buffer | undefined;

/** Offsets and widths of fields. */
type Fields = readonly (readonly [number, 1 | 4 | 8])[];
const footerFields: Fields = [
  [12, 4],
  [16, 8],
  [40, 8],
  [48, 8],
  [56, 4],
  [60, 4],
  [64, 4],
  [68, 8],
  [84, 1],
];
const headerFields: Fields = [
  [0, 8],
  [16, 8],
  [24, 4],
  [28, 4],
  [32, 4],
  [36, 4],
  [40, 8],
];

const breakers: readonly Breaker[] = [
  (image, random) => {
    const [offset, width] = random.pick(footerFields);
    const value = interestingValue(image, random);
    // Mostly both copies, since two that differ are refused at once.
    for (const base of random.oneIn(4) ? [image.footerOffset] : [0, image.footerOffset]) {
      overwrite(image.file, { offset: base + offset, width, value });
    }
    return undefined;
  },
  (image, random) => {
    const [offset, width] = random.pick(headerFields);
    return overwrite(image.file, { offset: image.headerOffset + offset, width, value: interestingValue(image, random) });
  },
  breakEntry,
  breakEntry,
  breakEntry,
  (image, random) => {
    const offset = random.pick([0, ...image.blockOffsets.values()]) + random.below(512);
    image.file.subarray(offset, offset + 1 + random.below(64)).fill(random.below(256));
    return undefined;
  },
  ({ file }, random) => file.subarray(0, random.below(file.length + 1)),
  ({ file }, random) => file.subarray(0, Math.max(file.length - random.below(3) * 512 - random.below(2), 0)),
  ({ file }, random) => Buffer.concat([file, random.bytes(random.below(2000))]),
];

function breakEntry(image: BuiltVhd, random: SeededRandom): undefined {
  if (image.entries > 0) {
    const offset = image.tableOffset + 4 * random.below(image.entries);
    overwrite(image.file, { offset, width: 4, value: interestingValue(image, random) / (random.oneIn(2) ? 512n : 1n) });
  }
}

function overwrite(file: Buffer, field: { offset: number; width: 1 | 4 | 8; value: bigint }): undefined {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, field.value));
  bytes.copy(file, field.offset, 8 - field.width);
}

/** Values at which readers go wrong: limits of integers, places in the file, sizes. */
function interestingValue(image: BuiltVhd, random: SeededRandom): bigint {
  const length = BigInt(image.file.length);
  return (
    random.pick([
      0n,
      BigInt(random.below(130)),
      BigInt(image.tableOffset),
      BigInt(random.pick([512, ...image.blockOffsets.values()])),
      BigInt(BLOCK * random.below(9)),
      length,
      length - 512n,
      1n << BigInt(random.below(64)),
      (1n << BigInt(random.below(64))) - 1n,
      2040n * 2n ** 30n,
    ]) + random.pick([0n, 0n, 0n, 1n, -1n, 512n])
  );
}
