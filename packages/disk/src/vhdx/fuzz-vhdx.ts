import { TestDisk } from "../core/testing/test-disk.ts";
import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { openVhdx } from "./open-vhdx.ts";
import { buildLogEntry, buildVhdx, DATA_GUID, LOG_GUID, placeLogEntry, sealVhdx } from "./testing/build-vhdx.ts";
import type { BuiltVhdx, VhdxBlock, VhdxRecipe } from "./testing/build-vhdx.ts";

const KIB = 1024;
const BLOCK = 1024 * KIB;
const noise = Buffer.alloc(BLOCK, "0123456789 some bytes of a block ");

/**
 * Makes hostile VHDXs: sound ones of every type, with and without a log to replay, broken in one to four places that a reader trusts, mostly
 * with their checksums made right again, so that what lies behind them is reached.
 */
export const fuzzedVhdx: FuzzTarget = {
  name: "vhdx",
  makeFile: (random) => {
    const image = buildVhdx(randomVhdxRecipe(random));
    if (image.file.readUInt8(64 * KIB + 48) !== 0) {
      addLog(image, random);
    }
    const state = { ...image };
    for (let count = 1 + random.below(4); count > 0; count -= 1) {
      state.file = random.pick(breakers)(state, random) ?? state.file;
    }
    if (!random.oneIn(8) && state.file.length === image.file.length) {
      sealVhdx(state);
    }
    return state.file;
  },
  open: async (source) => openVhdx(source, (await claimsParent(source)) ? { parent: fuzzParent() } : {}),
};

/** Looks at the place where the builder puts the flag, which a broken file may have elsewhere: then a parent is given for nothing. */
async function claimsParent(source: { lengthBytes: number; read(offset: number, length: number): Promise<Uint8Array> }): Promise<boolean> {
  const at = 2 * BLOCK + 64 * KIB + 4;
  return at < source.lengthBytes && (((await source.read(at, 1))[0] ?? 0) & 2) !== 0;
}

/** The parent that every differencing recipe names. */
export function fuzzParent(): VirtualDisk {
  const disk = new TestDisk(BLOCK + 512, [{ offset: 512, length: 100_000, content: "noise" }]);
  return Object.defineProperties(disk, { format: { value: "vhdx" }, details: { value: { dataWriteGuid: DATA_GUID } } });
}

/** Draws a sound image; whether its log must be replayed stands in `logGuid`. */
export function randomVhdxRecipe(random: SeededRandom): VhdxRecipe {
  const count = 1 + random.below(3);
  const isChild = random.oneIn(2);
  const blocks = new Map<number, VhdxBlock>();
  for (let left = random.below(3); left > 0; left -= 1) {
    const state = random.pick([1, 2, 3, 5, 6, 6, 7, 7] as const);
    const every = 1 + random.below(9);
    const isStored = (sector: number): boolean => sector % every === 0;
    blocks.set(
      random.below(count),
      state < 6 ? { state: state as 1 } : state === 7 && isChild ? { state, bytes: noise, isStored } : { state: 6, bytes: noise },
    );
  }
  return {
    blocks,
    sizeBytes: count * BLOCK - random.below(3) * 512,
    isFixed: random.oneIn(4),
    ...(isChild ? { parentLinkage: DATA_GUID, parentKeys: { relative_path: "..\\base.vhdx" } } : {}),
    ...(random.oneIn(3) ? { logGuid: LOG_GUID } : {}),
  };
}

/** Fills the log with one to three entries that write over tables and blocks. */
function addLog(image: BuiltVhdx, random: SeededRandom): void {
  const start = random.below(image.logBytes / 4096);
  let at = start;
  for (let sequence = 5; sequence < 6 + random.below(3); sequence += 1) {
    const writes = Array.from({ length: 1 + random.below(4) }, () => {
      const offset =
        random.pick([image.batOffset, image.metadataOffset + 64 * KIB, ...image.blockOffsets.values()]) + 4096 * random.below(3);
      return random.oneIn(3)
        ? { offset, zeroBytes: 4096 * random.below(4) }
        : { offset, bytes: Buffer.from(image.file.subarray(offset, offset + 4096)) };
    });
    const lastFileBytes = image.file.length + BLOCK * random.below(3);
    const entry = buildLogEntry({ sequence, tail: start, flushedFileBytes: image.file.length, lastFileBytes, writes });
    if (random.oneIn(5)) {
      entry.writeUInt8(random.below(256), random.below(entry.length));
    }
    placeLogEntry(image, at, entry);
    at += entry.length / 4096;
  }
}

type Breaker = (image: BuiltVhdx, random: SeededRandom) => Buffer | undefined;

/** Offsets of the fields of headers, region tables and metadata, all but GUIDs 4 or 8 bytes wide. */
const headFields = [8, 16, 48, 64, 66, 68, 72, 76].flatMap((at) => [64 * KIB + at, 128 * KIB + at]);
const regionFields = [8, 16, 32, 40, 44, 48, 64, 72].flatMap((at) => [192 * KIB + at, 256 * KIB + at]);
const metadataFields = [
  10,
  32,
  48,
  52,
  56,
  80,
  84,
  64 * KIB,
  64 * KIB + 4,
  64 * KIB + 8,
  64 * KIB + 32,
  64 * KIB + 40,
  64 * KIB + 48,
  64 * KIB + 66,
];

const breakers: readonly Breaker[] = [
  (image, random) => overwrite(image.file, random.pick(headFields), interestingValue(image, random)),
  (image, random) => {
    const [at, value] = [random.pick(regionFields.filter((_, index) => index % 2 === 0)), interestingValue(image, random)];
    overwrite(image.file, at, value);
    return overwrite(image.file, at + 64 * KIB, value);
  },
  (image, random) => overwrite(image.file, image.metadataOffset + random.pick(metadataFields), interestingValue(image, random)),
  breakEntry,
  breakEntry,
  breakEntry,
  (image, random) => {
    const at =
      random.pick([0, 64 * KIB, 192 * KIB, image.metadataOffset, image.metadataOffset + 64 * KIB, image.batOffset]) + random.below(200);
    image.file.subarray(at, at + 1).fill(random.below(256));
    return undefined;
  },
  ({ file }, random) => file.subarray(0, random.below(file.length + 1)),
  ({ file }, random) => file.subarray(0, Math.max(file.length - random.below(3) * BLOCK - random.below(2), 0)),
  ({ file }, random) => Buffer.concat([file, random.bytes(random.below(2000))]),
];

function breakEntry(image: BuiltVhdx, random: SeededRandom): undefined {
  const block = random.pick([0, 0, 1, 1, 2, 4096]);
  const value = random.oneIn(2) ? interestingValue(image, random) : BigInt(BLOCK) * BigInt(random.below(9)) + BigInt(random.below(8));
  overwrite(image.file, block === 4096 ? image.batOffset + 4096 * 8 : image.batEntryOffset(block), value);
}

function overwrite(file: Buffer, at: number, value: bigint): undefined {
  if (at + 8 <= file.length) {
    const width = value < 2n ** 32n && value >= 0n ? 4 : 8;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    bytes.copy(file, at, 0, width);
  }
}

/** Values at which readers go wrong: limits of integers, places in the file, sizes. */
function interestingValue(image: BuiltVhdx, random: SeededRandom): bigint {
  const length = BigInt(image.file.length);
  return (
    random.pick([
      0n,
      BigInt(random.below(130)),
      BigInt(image.batOffset),
      BigInt(BLOCK * random.below(9)),
      length,
      length - BigInt(BLOCK),
      1n << BigInt(random.below(64)),
      (1n << BigInt(random.below(64))) - 1n,
      64n * 2n ** 40n,
    ]) + random.pick([0n, 0n, 0n, 1n, 6n, 7n, 512n])
  );
}
