import type { ByteSource } from "../byte-source.ts";
import { checkRange } from "../check-range.ts";
import { isDiskError } from "../disk-error.ts";
import type { VirtualDisk } from "../virtual-disk.ts";
import { SeededRandom } from "./seeded-random.ts";

/** No read of a hostile file may ask for more at once than the largest table there is. */
const MAX_READ_BYTES = 32 * 1024 * 1024;
const MAX_READS = 50_000;
const MAX_EXTENTS = 1_000_000;
const READS_PER_IMAGE = 6;
const READ_BYTES = 40_000;

/** A target of fuzzing: how hostile files are made, and how they are opened. */
export interface FuzzTarget {
  readonly name: string;
  makeFile(random: SeededRandom): Uint8Array;
  open(source: ByteSource): Promise<VirtualDisk>;
}

/** How many files opened, and how many were refused with which code. */
export interface FuzzTally {
  opened: number;
  readonly refused: Map<string, number>;
}

/**
 * Opens and reads many hostile files. Each must be refused with a DiskError or be a disk that can be read: extents in order that cover it,
 * reads of the length asked for, within ceilings for memory and work.
 *
 * Throws  an Error that names seed and iteration, with what went wrong as its cause; `{ seed, from: iteration, iterations: 1 }` repeats it
 */
export async function fuzzDisk(target: FuzzTarget, run: { seed: number; iterations: number; from?: number }): Promise<FuzzTally> {
  const tally: FuzzTally = { opened: 0, refused: new Map() };
  const from = run.from ?? 0;
  for (let iteration = from; iteration < from + run.iterations; iteration += 1) {
    const random = new SeededRandom(Math.imul(run.seed, 0x9e3779b1) + iteration);
    try {
      const code = await refusalOf(target, random);
      if (code === undefined) {
        tally.opened += 1;
      } else {
        tally.refused.set(code, (tally.refused.get(code) ?? 0) + 1);
      }
    } catch (error) {
      throw new Error(`Fuzzing ${target.name} failed with seed ${run.seed} in iteration ${iteration}.`, { cause: error });
    }
  }
  return tally;
}

/** Opens and reads one file; answers the code it was refused with when it was opened, or undefined. */
async function refusalOf(target: FuzzTarget, random: SeededRandom): Promise<string | undefined> {
  const source = new MeteredSource(target.makeFile(random));
  const disk = await orRefusal(() => target.open(source));
  if (typeof disk === "string") {
    return disk;
  }
  await orRefusal(() => walkExtents(disk));
  for (let count = 0; count < READS_PER_IMAGE; count += 1) {
    const offset = random.below(disk.virtualSizeBytes);
    const length = Math.min(disk.virtualSizeBytes - offset, 1 + random.below(READ_BYTES));
    const bytes = await orRefusal(() => disk.read(offset, length));
    if (typeof bytes !== "string" && bytes.length !== length) {
      throw new Error(`A read of ${length} bytes at ${offset} gave ${bytes.length}.`);
    }
  }
  return undefined;
}

async function walkExtents(disk: VirtualDisk): Promise<void> {
  let end = 0;
  let count = 0;
  for await (const { offset, length } of disk.extents()) {
    if (offset !== end || length <= 0) {
      throw new Error(`An extent of ${length} bytes at ${offset} follows the end at ${end}.`);
    }
    end += length;
    count += 1;
    if (count > MAX_EXTENTS) {
      throw new Error(`There are more than ${MAX_EXTENTS} extents.`);
    }
  }
  if (end !== disk.virtualSizeBytes) {
    throw new Error(`The extents end at ${end}, and the disk at ${disk.virtualSizeBytes}.`);
  }
}

/** Lets our own refusals pass as an answer, and everything else through. */
async function orRefusal<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (isDiskError(error)) {
      return error.code;
    }
    throw error;
  }
}

/** Bytes in memory that fail the run when too much of them is asked for, or what is not there. */
class MeteredSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #file: Uint8Array;
  #reads = 0;

  constructor(file: Uint8Array) {
    this.#file = file;
    this.lengthBytes = file.length;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    this.#reads += 1;
    if (length > MAX_READ_BYTES || this.#reads > MAX_READS) {
      throw new Error(`Read number ${this.#reads} asks for ${length} bytes.`);
    }
    return this.#file.subarray(offset, offset + length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held that needs closing.
  }
}
