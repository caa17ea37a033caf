import type { ByteSource } from "../core/byte-source.ts";
import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { openRaw } from "../raw/open-raw.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openQcow2 } from "./open-qcow2.ts";
import { buildQcow2 } from "./testing/build-qcow2.ts";
import type { BuiltQcow2, ClusterContent, Qcow2Recipe, SubclusterState } from "./testing/build-qcow2.ts";

/**
 * Makes hostile qcow2 images: sound ones of every kind, broken in one to four places that a reader trusts (header fields, table entries,
 * compressed data, the end of the file) or anywhere.
 */
export const fuzzedQcow2: FuzzTarget = {
  name: "qcow2",
  makeFile: (random) => breakImage(buildQcow2(randomRecipe(random)), random),
  open: async (source) => openQcow2(source, (await needsBackingFile(source)) ? { parent: await openRaw(backing()) } : {}),
};

const backing = (): MemorySource => new MemorySource(Buffer.alloc(20_480, 3));

/** An image that names a backing file would be refused without one, and nothing more of it be tried. */
async function needsBackingFile(source: ByteSource): Promise<boolean> {
  return source.lengthBytes >= 16 && (await source.read(8, 8)).some((byte) => byte !== 0);
}

/** Draws a sound image. */
export function randomRecipe(random: SeededRandom): Qcow2Recipe {
  const version = random.oneIn(4) ? 2 : 3;
  const clusterBits = random.pick([9, 9, 10, 12, 14, 16]);
  const extendedL2 = version === 3 && clusterBits >= 14 && random.oneIn(2);
  const clusterCount = 1 + random.below(clusterBits > 12 ? 10 : 200);
  const clusters = new Map<number, ClusterContent>();
  for (let count = random.below(clusterBits > 12 ? 4 : 12); count > 0; count -= 1) {
    clusters.set(random.below(clusterCount), randomContent(random, { version, clusterSize: 2 ** clusterBits, extendedL2 }));
  }
  return {
    version,
    clusterBits,
    extendedL2,
    clusters,
    sizeBytes: clusterCount * 2 ** clusterBits - (random.oneIn(2) ? random.below(512) : 0),
    compression: version === 3 && random.oneIn(2) ? "zstd" : "zlib",
    refcountOrder: random.below(7),
    isDirty: random.oneIn(8),
  };
}

function randomContent(random: SeededRandom, shape: { version: 2 | 3; clusterSize: number; extendedL2: boolean }): ClusterContent {
  const bytes = Buffer.alloc(shape.clusterSize, random.bytes(1 + random.below(30)));
  if (shape.extendedL2 && random.oneIn(2)) {
    const states = Array.from({ length: 32 }, () => random.pick<SubclusterState>(["data", "zero", "hole"]));
    return { kind: "subclusters", bytes, states };
  }
  if (shape.version === 3 && random.oneIn(4)) {
    return random.oneIn(2) ? { kind: "zero" } : { kind: "zero-allocated", bytes };
  }
  return { kind: random.pick(["data", "compressed"]), bytes };
}

function breakImage(image: BuiltQcow2, random: SeededRandom): Uint8Array {
  const state = { ...image, file: image.file };
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const breaker = random.pick(breakers);
    state.file = breaker(state, random) ?? state.file;
  }
  return state.file;
}

/** Breaks an image in one place, in its memory or by answering another file. */
type Breaker = (image: BuiltQcow2, random: SeededRandom) => Buffer | undefined;

/** Offsets and widths of the header's fields. */
const headerFields: readonly (readonly [number, 1 | 4 | 8])[] = [
  [4, 4],
  [8, 8],
  [20, 4],
  [24, 8],
  [32, 4],
  [36, 4],
  [40, 8],
  [48, 8],
  [56, 4],
  [60, 4],
  [64, 8],
  [72, 8],
  [80, 8],
  [88, 8],
  [96, 4],
  [100, 4],
  [104, 1],
  [112, 4],
  [116, 4],
];

const breakers: readonly Breaker[] = [
  (image, random) => {
    const [offset, width] = random.pick(headerFields);
    return overwrite(image.file, { offset, width, value: interestingValue(image, random) });
  },
  (image, random) => breakWord(image, random, image.l1Offset + 8 * random.below(image.l2Offsets.length)),
  breakL2Entry,
  breakL2Entry,
  breakL2Entry,
  (image, random) => {
    const [host = 0] = [...image.hostOffsets.values()].slice(-1 - random.below(4));
    return flipBit(image.file, (host + random.below(200)) % Math.max(image.file.length, 1), random);
  },
  (image, random) => flipBit(image.file, random.below(Math.max(image.file.length, 1)), random),
  ({ file }, random) => file.subarray(0, random.below(file.length + 1)),
  ({ file, clusterSize }, random) => file.subarray(0, Math.max(file.length - clusterSize * random.below(3) - random.below(2), 0)),
  ({ file }, random) => Buffer.concat([file, random.bytes(random.below(2000))]),
];

/** Changes an L2 entry: all of it, one bit, or to what another entry says. */
function breakL2Entry(image: BuiltQcow2, random: SeededRandom): Buffer | undefined {
  const tables = image.l2Offsets.filter((offset) => offset !== 0);
  if (tables.length === 0) {
    return undefined;
  }
  const table = random.pick(tables);
  const at = table + 8 * random.below(random.oneIn(2) ? 8 : image.clusterSize / 8);
  const from = random.pick(tables) + 8 * random.below(8);
  if (random.oneIn(3) && from + 8 <= image.file.length && at + 8 <= image.file.length) {
    image.file.copyWithin(at, from, from + 8);
    return undefined;
  }
  return breakWord(image, random, at);
}

function breakWord(image: BuiltQcow2, random: SeededRandom, at: number): Buffer | undefined {
  return random.oneIn(2)
    ? flipBit(image.file, at + random.below(8), random)
    : overwrite(image.file, { offset: at, width: 8, value: interestingValue(image, random) });
}

function flipBit(file: Buffer, at: number, random: SeededRandom): undefined {
  if (at < file.length) {
    file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
  }
}

function overwrite(file: Buffer, field: { offset: number; width: 1 | 4 | 8; value: bigint }): undefined {
  if (field.offset + field.width > file.length) {
    return;
  }
  if (field.width === 8) {
    file.writeBigUInt64BE(BigInt.asUintN(64, field.value), field.offset);
  } else if (field.width === 4) {
    file.writeUInt32BE(Number(BigInt.asUintN(32, field.value)), field.offset);
  } else {
    file.writeUInt8(Number(BigInt.asUintN(8, field.value)), field.offset);
  }
}

/** Values at which readers go wrong: limits of integers, places in the file, flags of entries. */
function interestingValue(image: BuiltQcow2, random: SeededRandom): bigint {
  const cluster = BigInt(image.clusterSize);
  const length = BigInt(image.file.length);
  const base = random.pick([
    0n,
    BigInt(random.below(130)),
    BigInt(image.l1Offset),
    BigInt(random.pick(image.l2Offsets)),
    cluster,
    cluster * BigInt(random.below(40)),
    length,
    length - cluster,
    1n << BigInt(random.below(64)),
    (1n << BigInt(random.below(64))) - 1n,
    (1n << 64n) - cluster,
    0x00ff_ffff_ffff_fe00n,
  ]);
  const flags = random.pick([0n, 0n, 0n, 1n, 1n << 62n, 1n << 63n, 3n << 62n, BigInt(random.below(600))]);
  return base + flags;
}
