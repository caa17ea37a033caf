import type { ChunkSlot } from "../chunk/chunk-slots.ts";
import type { SpareSlots } from "../chunk/spare-slots.ts";

/** A part of a blob: of one chunk, or of any number of zeros. */
export interface BlobPart {
  /** Name of the chunk; undefined where all is zero. */
  readonly name: Buffer | undefined;
  readonly rawLength: number;
  /** The part: `[from, to)` of the chunk's bytes. */
  readonly from: number;
  readonly to: number;
}

/** A part that is a chunk's. */
export type NamedPart = BlobPart & { readonly name: Buffer };

/** What reading ahead works with. */
export interface ReadAheadParts {
  readonly slots: SpareSlots;
  /** Puts all of a chunk at the begin of a slot, proven. */
  readonly fill: (part: NamedPart, slot: ChunkSlot) => Promise<void>;
}

interface Filling {
  readonly part: BlobPart;
  readonly slot: ChunkSlot | undefined;
  readonly filled: Promise<readonly PromiseSettledResult<void>[]>;
}

/** One is on its way out, one waits for that, and the threads have two. */
const chunksAhead = 4;
/** Shared memory, so that nobody takes it for his own and frees it. */
const zeros = new Uint8Array(new SharedArrayBuffer(256 * 1024));

/**
 * Gives the bytes of parts, one after the other, while those that follow are read. The memory of a piece is used again once the next is
 * asked for.
 *
 * Memory  4 slots
 * Throws  what `fill` throws
 */
export async function* readAhead(
  parts: AsyncGenerator<BlobPart, void, undefined>,
  { slots, fill }: ReadAheadParts,
): AsyncGenerator<Uint8Array, void, undefined> {
  const ahead: Filling[] = [];
  const begin = async (): Promise<void> => {
    const next = await parts.next();
    if (next.done !== true) {
      ahead.push(startFilling(next.value, { slots, fill }));
    }
  };
  try {
    for (let count = 0; count < chunksAhead; count += 1) {
      await begin();
    }
    for (let next = ahead[0]; next !== undefined; next = ahead[0]) {
      const [outcome] = await next.filled;
      if (outcome?.status === "rejected") {
        throw outcome.reason;
      }
      yield* bytesOf(next);
      ahead.shift();
      // Not done when reading ends early: whoever had the piece may still be at it.
      if (next.slot !== undefined) {
        slots.give(next.slot);
      }
      await begin();
    }
  } finally {
    await Promise.all(ahead.map(({ filled }) => filled));
    await parts.return();
  }
}

function startFilling(part: BlobPart, { slots, fill }: ReadAheadParts): Filling {
  if (part.name === undefined) {
    return { part, slot: undefined, filled: Promise.resolve([]) };
  }
  const slot = slots.take();
  return { part, slot, filled: Promise.allSettled([fill({ ...part, name: part.name }, slot)]) };
}

function* bytesOf({ part: { from, to }, slot }: Filling): Generator<Uint8Array> {
  if (slot !== undefined) {
    yield slot.bytes.subarray(from, to);
    return;
  }
  for (let left = to - from; left > 0; left -= zeros.length) {
    yield zeros.subarray(0, left);
  }
}
