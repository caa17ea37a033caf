import type { DiskError } from "../../core/disk-error.ts";
import type { CheckOptions, Fault } from "../check-report.ts";
import { isRefusal } from "../fault-list.ts";
import type { FaultList } from "../fault-list.ts";
import type { StructureCheck } from "../structure-check.ts";
import type { BlockPlaces, PlaceBatch, TakenPart } from "./block-places.ts";
import { PlaceList } from "./place-list.ts";

/** Blocks that are looked at one by one behind a batch that was refused. */
const BLOCKS_PER_STEP = 1024;

/** Refused entries after which the rest is not looked at any more. */
const MAX_REFUSALS = 10_000;

/** A stretch of the file and whose it is. */
interface Claim {
  readonly offset: number;
  readonly end: number;
  /** Undefined for parts that are not the guest's. */
  readonly diskOffset: number | undefined;
  readonly name: string;
}

/**
 * Walks the map of an image of blocks, goes on behind each entry that its codec refuses, and reports blocks that share bytes with each other
 * or with the tables, and stretches with room for a block that nothing names.
 *
 * Memory  as `PlaceList`, and what the codec's map needs
 * Throws  disk.io, the signal's reason
 */
export async function checkPlaces(
  image: { readonly format: string; readonly blocks: BlockPlaces },
  faults: FaultList,
  options: CheckOptions,
): Promise<StructureCheck> {
  const { places, refused } = await collectPlaces(image.blocks, faults, options);
  if (places.isFull) {
    const message = "The blocks lie in too many stretches of the file to be checked for double use.";
    return { warnings: [{ code: "check.tooManyStretches", message }], facts: {} };
  }
  const leaks = compareClaims(image, places, faults);
  // Entries that were refused may name what would look like a leak now.
  if (leaks === undefined || refused > 0) {
    return { warnings: [], facts: {} };
  }
  for (const { offset, length } of leaks) {
    const message = `The ${length} bytes at ${offset} of the file are used by nothing.`;
    faults.add({ code: `${image.format}.leak`, message, fileOffset: offset, severity: "leak" });
  }
  return { warnings: [], facts: {}, leakedBytes: leaks.reduce((sum, { length }) => sum + length, 0) };
}

async function collectPlaces(
  blocks: BlockPlaces,
  faults: FaultList,
  options: CheckOptions,
): Promise<{ readonly places: PlaceList; readonly refused: number }> {
  const places = new PlaceList();
  let refused = 0;
  for await (const batch of tolerantBatches(blocks, options)) {
    if ("refusal" in batch) {
      refused += 1;
      faults.addRefusal(batch.refusal, { diskOffset: batch.diskOffset });
      if (refused === MAX_REFUSALS) {
        break;
      }
    } else {
      batch.places.forEach((place) => places.add(place));
    }
  }
  return { places, refused };
}

/** A stretch of the file that nothing names. */
interface Leak {
  readonly offset: number;
  readonly length: number;
}

/** Reports what is claimed twice; answers what is claimed by nobody, where the format tells. */
function compareClaims(
  { format, blocks }: { readonly format: string; readonly blocks: BlockPlaces },
  places: PlaceList,
  faults: FaultList,
): readonly Leak[] | undefined {
  const { taken, blockArea } = blocks;
  const leaks: Leak[] = [];
  let end = blockArea?.from ?? 0;
  // Smaller stretches than a block are left by writers that align what they write.
  const passTo = (offset: number): void => {
    if (blockArea !== undefined && offset - end >= blockArea.blockBytes) {
      leaks.push({ offset: end, length: offset - end });
    }
  };
  let before: Claim | undefined;
  for (const claim of inFileOrder(places, taken)) {
    passTo(claim.offset);
    end = Math.max(end, claim.end);
    if (before !== undefined && claim.offset < before.end) {
      faults.add(overlapFault(format, before, claim));
    }
    before = before === undefined || claim.end > before.end ? claim : before;
  }
  passTo(blockArea?.to ?? 0);
  return blockArea === undefined ? undefined : leaks;
}

type TolerantBatch = PlaceBatch | { readonly refusal: DiskError; readonly diskOffset: number };

/** Lists all batches. One that is refused is asked for again block by block. */
async function* tolerantBatches(blocks: BlockPlaces, { signal }: CheckOptions): AsyncGenerator<TolerantBatch> {
  const { diskBytes, blockBytes } = blocks;
  let at = 0;
  while (at < diskBytes) {
    try {
      for await (const batch of blocks.places({ from: at, to: diskBytes }, { signal })) {
        signal?.throwIfAborted();
        yield batch;
        at = batch.end;
      }
      return;
    } catch (error) {
      if (!isRefusal(error)) {
        throw error;
      }
    }
    for (let step = 0; step < BLOCKS_PER_STEP && at < diskBytes; step += 1) {
      const end = Math.min(at + blockBytes, diskBytes);
      try {
        yield* blocks.places({ from: at, to: end }, { signal });
      } catch (error) {
        if (!isRefusal(error)) {
          throw error;
        }
        yield { refusal: error, diskOffset: at };
      }
      at = end;
    }
  }
}

/** Merges the places with the parts that are not the guest's. */
function* inFileOrder(places: PlaceList, taken: readonly TakenPart[]): Generator<Claim> {
  const parts = taken.toSorted((one, other) => one.offset - other.offset);
  let next = 0;
  const partsUpTo = function* (offset: number): Generator<Claim> {
    for (let part = parts[next]; part !== undefined && part.offset <= offset; part = parts[next]) {
      yield { offset: part.offset, end: part.offset + part.length, diskOffset: undefined, name: part.name };
      next += 1;
    }
  };
  for (const { fileOffset, diskOffset, length } of places.inFileOrder()) {
    yield* partsUpTo(fileOffset);
    yield { offset: fileOffset, end: fileOffset + length, diskOffset, name: `what is at ${diskOffset} of the disk` };
  }
  yield* partsUpTo(Infinity);
}

function overlapFault(format: string, before: Claim, claim: Claim): Fault {
  const sharedBytes = Math.min(before.end, claim.end) - claim.offset;
  // Of two places on the disk, the one that is given is the later one in the file.
  const diskOffset = claim.diskOffset ?? before.diskOffset;
  return {
    code: `${format}.overlap`,
    message: `The ${sharedBytes} bytes at ${claim.offset} of the file are used twice, for ${before.name} and for ${claim.name}.`,
    fileOffset: claim.offset,
    ...(diskOffset === undefined ? {} : { diskOffset }),
    severity: "error",
  };
}
