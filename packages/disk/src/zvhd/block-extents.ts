import type { Extent, ReadOptions } from "../core/byte-source.ts";
import { mergeExtents } from "../core/merge-extents.ts";

/** Blocks that are looked at between two looks at the signal. */
const BLOCKS_PER_BATCH = 16 * 1024;

/** Which blocks of a disk are stored. */
export interface StoredBlocks {
  readonly virtualSizeBytes: number;
  readonly blockBytes: number;
  /** Makes sure that `has` knows every block up to this one. Default: it knows them all. */
  know?(block: number, options?: ReadOptions): Promise<void>;
  has(block: number): boolean;
}

/**
 * Lists the stored blocks as data and all others as zeros.
 *
 * Memory  the runs of 16,384 blocks
 * Throws  what `know` throws
 */
export function blockExtents(blocks: StoredBlocks, options?: ReadOptions): AsyncGenerator<Extent> {
  return mergeExtents(batches(blocks, options));
}

async function* batches(blocks: StoredBlocks, options: ReadOptions | undefined): AsyncGenerator<Extent> {
  const blockCount = Math.ceil(blocks.virtualSizeBytes / blocks.blockBytes);
  for (let first = 0; first < blockCount; first += BLOCKS_PER_BATCH) {
    options?.signal?.throwIfAborted();
    const end = Math.min(first + BLOCKS_PER_BATCH, blockCount);
    await blocks.know?.(end - 1, options);
    yield* runs(blocks, first, end);
  }
}

function* runs(blocks: StoredBlocks, first: number, end: number): Generator<Extent> {
  const { blockBytes, virtualSizeBytes } = blocks;
  let start = first;
  for (let block = first + 1; block <= end; block += 1) {
    if (block === end || blocks.has(block) !== blocks.has(start)) {
      const length = Math.min(block * blockBytes, virtualSizeBytes) - start * blockBytes;
      yield { offset: start * blockBytes, length, kind: blocks.has(start) ? "data" : "zero" };
      start = block;
    }
  }
}
