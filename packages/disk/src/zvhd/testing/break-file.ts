import type { SeededRandom } from "../../core/testing/seeded-random.ts";

/** Offset and width of a field. */
export type Field = readonly [offset: number, bytes: 1 | 4 | 8];

/** Overwrites a field of the structure at `at`, where the file has it. */
export function overwriteField(file: Buffer, at: number, { field: [offset, bytes], value }: { field: Field; value: bigint }): void {
  if (at < 0 || at + offset + bytes > file.length) {
    return;
  }
  if (bytes === 8) {
    file.writeBigUInt64LE(BigInt.asUintN(64, value), at + offset);
  } else if (bytes === 4) {
    file.writeUInt32LE(Number(BigInt.asUintN(32, value)), at + offset);
  } else {
    file.writeUInt8(Number(BigInt.asUintN(8, value)), at + offset);
  }
}

/** Values at which readers go wrong: limits of integers, small counts, places in the file, sizes of blocks. */
export function interestingSize(file: Buffer, blockBytes: number, random: SeededRandom): bigint {
  const length = BigInt(file.length);
  return random.pick([
    0n,
    BigInt(random.below(300)),
    4096n * BigInt(random.below(40)),
    BigInt(blockBytes) * BigInt(random.below(8)),
    BigInt(blockBytes) + BigInt(random.below(10_000)),
    length,
    length - 4096n,
    length - 4096n * BigInt(random.below(300)),
    1n << BigInt(random.below(64)),
    (1n << BigInt(random.below(64))) - 1n,
    (1n << 64n) - 4096n,
  ]);
}

/** Flips a bit, cuts the file, or puts something behind it. */
export function breakAnywhere(file: Buffer, random: SeededRandom): Buffer {
  switch (random.below(4)) {
    case 0:
      return file.subarray(0, random.below(file.length + 1));
    case 1:
      return file.subarray(0, Math.max(file.length - 4096 * random.below(4) - random.below(2), 0));
    case 2:
      return Buffer.concat([file, random.oneIn(2) ? file.subarray(-4096) : random.bytes(random.below(5000))]);
    default: {
      const at = random.below(Math.max(file.length, 1));
      if (at < file.length) {
        file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
      }
      return file;
    }
  }
}
