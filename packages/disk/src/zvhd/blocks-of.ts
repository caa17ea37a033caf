/** The part of one block that a range covers. */
export interface BlockPart {
  readonly block: number;
  /** Where the part begins and ends in the block. */
  readonly from: number;
  readonly to: number;
  /** Where the part begins in the range. */
  readonly at: number;
}

/**
 * Cuts a range of the disk at the borders of its blocks.
 *
 * Units  bytes
 */
export function* blocksOf(range: { readonly offset: number; readonly length: number; readonly blockBytes: number }): Generator<BlockPart> {
  const { offset, length, blockBytes } = range;
  for (let at = 0; at < length;) {
    const block = Math.floor((offset + at) / blockBytes);
    const from = offset + at - block * blockBytes;
    const to = Math.min(from + length - at, blockBytes);
    yield { block, from, to, at };
    at += to - from;
  }
}
