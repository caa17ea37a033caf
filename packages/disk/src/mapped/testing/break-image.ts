import type { SeededRandom } from "../../core/testing/seeded-random.ts";

/** The places of an image that a reader trusts. */
export interface ImageMap {
  readonly order: "be" | "le";
  /** Offsets and widths of the header's fields. */
  readonly fields: readonly (readonly [offset: number, width: 1 | 2 | 4 | 8])[];
  /** Tables of entries, and the width of an entry. */
  readonly tables: readonly { readonly offset: number; readonly entries: number }[];
  readonly entryBytes: 4 | 8;
  /** What places in the file are multiples of. */
  readonly clusterSize: number;
}

/**
 * Breaks a sound image in one to four places: header fields, table entries (by value, by a bit, by copying another one), a bit anywhere,
 * the end of the file. Answers the broken file; the one given may be changed. For fuzzing.
 */
export function breakImage(image: Buffer, map: ImageMap, random: SeededRandom): Buffer {
  let file = image;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    file = random.pick(breakers)(file, map, random);
  }
  return file;
}

type Breaker = (file: Buffer, map: ImageMap, random: SeededRandom) => Buffer;

const breakField: Breaker = (file, map, random) => {
  const [offset, width] = random.pick(map.fields);
  return overwrite(file, { offset, width, value: interestingValue(file, map, random) }, map.order);
};

const breakEntry: Breaker = (file, map, random) => {
  if (map.tables.length === 0) {
    return file;
  }
  const at = entryOffset(map, random);
  const from = entryOffset(map, random);
  if (random.oneIn(3) && Math.max(from, at) + map.entryBytes <= file.length) {
    file.copyWithin(at, from, from + map.entryBytes);
    return file;
  }
  return random.oneIn(3)
    ? flipBit(file, at + random.below(map.entryBytes), random)
    : overwrite(file, { offset: at, width: map.entryBytes, value: interestingValue(file, map, random) }, map.order);
};

const breakers: readonly Breaker[] = [
  breakField,
  breakField,
  breakEntry,
  breakEntry,
  breakEntry,
  (file, _, random) => flipBit(file, random.below(Math.max(file.length, 1)), random),
  (file, _, random) => file.subarray(0, random.below(file.length + 1)),
  (file, { clusterSize }, random) => file.subarray(0, Math.max(file.length - clusterSize * random.below(3) - random.below(2), 0)),
  (file, _, random) => Buffer.concat([file, random.bytes(random.below(2000))]),
];

function entryOffset(map: ImageMap, random: SeededRandom): number {
  const { offset, entries } = random.pick(map.tables);
  return offset + map.entryBytes * random.below(random.oneIn(2) ? Math.min(entries, 8) : entries);
}

function flipBit(file: Buffer, at: number, random: SeededRandom): Buffer {
  if (at < file.length) {
    file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
  }
  return file;
}

function overwrite(file: Buffer, field: { offset: number; width: 1 | 2 | 4 | 8; value: bigint }, order: "be" | "le"): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, field.value));
  const used = bytes.subarray(0, field.width);
  file.set(
    (order === "be" ? used.reverse() : used).subarray(0, Math.max(file.length - field.offset, 0)),
    Math.min(field.offset, file.length),
  );
  return file;
}

/** Values at which readers go wrong: limits of integers, places in the file. */
function interestingValue(file: Buffer, { clusterSize }: ImageMap, random: SeededRandom): bigint {
  const cluster = BigInt(clusterSize);
  const length = BigInt(file.length);
  const base = random.pick([
    0n,
    BigInt(random.below(130)),
    cluster * BigInt(random.below(40)),
    cluster * BigInt(random.below(40)),
    length,
    length - cluster,
    1n << BigInt(random.below(64)),
    (1n << BigInt(random.below(64))) - 1n,
    (1n << 64n) - cluster,
  ]);
  return base + random.pick([0n, 0n, 0n, 1n, 1n << 63n, BigInt(random.below(600))]);
}
