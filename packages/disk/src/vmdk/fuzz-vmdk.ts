import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVmdk } from "./open-vmdk.ts";
import { buildCowd, buildVmdk, descriptorOf } from "./testing/build-vmdk.ts";
import type { BuiltVmdk, GrainContent, VmdkRecipe } from "./testing/build-vmdk.ts";

/** A file that descriptors may name, besides those that were never given. */
const GIVEN_NAME = "given-flat.vmdk";

/**
 * Makes hostile VMDK files: sound ones of every kind, broken in one to four places that a reader trusts (header fields, the descriptor's text,
 * directory and table entries, markers, compressed data, the end of the file) or anywhere.
 */
export const fuzzedVmdk: FuzzTarget = {
  name: "vmdk",
  makeFile: (random) =>
    random.oneIn(6) ? brokenText(random) : random.oneIn(6) ? brokenCowd(random) : breakImage(buildVmdk(randomRecipe(random)), random),
  open: (source) => openVmdk(source, { related: [{ name: GIVEN_NAME, source: new MemorySource(Buffer.alloc(200_000, 7)) }] }),
};

/** Draws a sound image. */
export function randomRecipe(random: SeededRandom): VmdkRecipe {
  const isCompressed = random.oneIn(2);
  const grainSectors = random.pick([1, 8, 16, 128]);
  const tableEntries = random.pick([1, 4, 100, 512]);
  const grainCount = 1 + random.below(grainSectors > 16 ? 8 : 100);
  const grains = new Map<number, GrainContent>();
  for (let count = random.below(8); count > 0; count -= 1) {
    const bytes = Buffer.alloc(grainSectors * 512, random.bytes(1 + random.below(40)));
    grains.set(random.below(grainCount), random.oneIn(5) ? { kind: "zero" } : { kind: "data", bytes });
  }
  const hasZeros = [...grains.values()].some(({ kind }) => kind === "zero");
  return {
    sizeBytes: (grainCount * grainSectors - random.below(grainSectors)) * 512,
    grains,
    grainSectors,
    tableEntries,
    version: 1 + random.below(3),
    isCompressed,
    // A scan of markers cannot see grains of zeros.
    directory: isCompressed ? random.pick(hasZeros ? ["front", "footer"] : ["front", "footer", "none"]) : "front",
    isDirty: random.oneIn(8),
  };
}

function brokenText(random: SeededRandom): Uint8Array {
  const line = (): string => {
    const name = random.pick([GIVEN_NAME, GIVEN_NAME, "other.vmdk", "/etc/passwd", "..", "\\\\.\\PhysicalDrive0", ""]);
    const type = random.pick(["FLAT", "VMFS", "ZERO", "SPARSE", "VMFSSPARSE", "SESPARSE", "VMFSRDM", "X"]);
    return `${random.pick(["RW", "RDONLY", "NOACCESS"])} ${random.pick([1, 100, 390, 2 ** 40, "9".repeat(16)])} ${type} "${name}" ${random.pick([0, 1, 300])}`;
  };
  const createType = random.pick(["monolithicFlat", "twoGbMaxExtentFlat", "vmfs", "custom", "fullDevice", "seSparse", "?"]);
  const more = random.oneIn(6) ? ['parentFileNameHint="x"'] : [];
  const text = Buffer.from(descriptorOf(createType, Array.from({ length: random.below(4) }, line), more));
  return random.oneIn(2) ? text : flipBit(text, random.below(text.length), random);
}

function brokenCowd(random: SeededRandom): Uint8Array {
  const bytes = Buffer.alloc(512, 5);
  const file = buildCowd({ sizeBytes: 512 * (1 + random.below(9000)), grains: new Map([[0, { kind: "data", bytes }]]), grainSectors: 1 });
  file.writeUInt32LE(
    random.pick([0, 1, 2, 4, 5, 2 ** 31, 2 ** 32 - 1, random.below(300)]),
    random.pick([4, 8, 12, 16, 20, 24, 2048, 2560]),
  );
  return random.oneIn(4) ? file.subarray(0, random.below(file.length + 1)) : file;
}

function breakImage(image: BuiltVmdk, random: SeededRandom): Uint8Array {
  let { file } = image;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    file = random.pick(breakers)({ ...image, file }, random);
  }
  return file;
}

/** Breaks an image in one place, in its memory or by answering another file. */
type Breaker = (image: BuiltVmdk, random: SeededRandom) => Buffer;

/** Offsets and widths of the header's fields. */
const headerFields: readonly (readonly [number, 1 | 2 | 4 | 8])[] = [
  [4, 4],
  [8, 4],
  [12, 8],
  [20, 8],
  [28, 8],
  [36, 8],
  [44, 4],
  [56, 8],
  [64, 8],
  [72, 1],
  [77, 2],
];

const breakers: readonly Breaker[] = [
  (image, random) => {
    const [offset, width] = random.pick(headerFields);
    // The footer repeats the header: both are broken, or one of them.
    const inFooter = random.oneIn(3) ? Math.max(image.file.length - 1024, 0) : 0;
    return overwrite(image.file, { offset: inFooter + offset, width, value: interestingValue(image, random) });
  },
  (image, random) => breakWord(image, random, image.directoryOffset + 4 * random.below(4)),
  breakEntry,
  breakEntry,
  breakEntry,
  (image, random) => {
    const [offset = 0] = [...image.grainOffsets.values()].slice(-1 - random.below(4));
    return random.oneIn(2)
      ? flipBit(image.file, offset + random.below(100), random)
      : breakWord(image, random, offset + 4 * random.below(3));
  },
  (image, random) => flipBit(image.file, image.descriptorOffset + random.below(200), random),
  ({ file }, random) => flipBit(file, random.below(Math.max(file.length, 1)), random),
  ({ file }, random) => file.subarray(0, random.below(file.length + 1)),
  ({ file }, random) => file.subarray(0, Math.max(file.length - 512 * random.below(5) - random.below(2), 0)),
  ({ file }, random) => Buffer.concat([file, random.bytes(random.below(2000))]),
];

/** Changes a table entry: all of it, one bit, or to what another entry says. */
function breakEntry(image: BuiltVmdk, random: SeededRandom): Buffer {
  const [grain] = [...image.grainOffsets.keys()].slice(-1 - random.below(4));
  if (grain === undefined) {
    return image.file;
  }
  const at = image.entryOffset(grain) + 4 * random.below(3);
  const from = image.entryOffset(grain);
  if (random.oneIn(3) && at + 4 <= image.file.length && from + 4 <= image.file.length) {
    return image.file.copyWithin(at, from, from + 4);
  }
  return breakWord(image, random, at);
}

function breakWord(image: BuiltVmdk, random: SeededRandom, offset: number): Buffer {
  return random.oneIn(2)
    ? flipBit(image.file, offset + random.below(4), random)
    : overwrite(image.file, { offset, width: 4, value: interestingValue(image, random) });
}

function flipBit(file: Buffer, at: number, random: SeededRandom): Buffer {
  if (at < file.length) {
    file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
  }
  return file;
}

function overwrite(file: Buffer, { offset, width, value }: { offset: number; width: 1 | 2 | 4 | 8; value: bigint }): Buffer {
  if (offset + width <= file.length) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    bytes.copy(file, offset, 0, width);
  }
  return file;
}

/** Values at which readers go wrong: limits of integers, places in the file. */
function interestingValue(image: BuiltVmdk, random: SeededRandom): bigint {
  const sectors = BigInt(Math.floor(image.file.length / 512));
  return random.pick([
    0n,
    1n,
    BigInt(random.below(600)),
    BigInt(image.directoryOffset / 512),
    sectors,
    sectors - 1n,
    1n << BigInt(random.below(64)),
    (1n << BigInt(random.below(64))) - 1n,
    -1n,
    -1n - sectors,
  ]);
}
