import { defaultChunkSizeBytes } from "../store-format.ts";
import { freeNow } from "./chunk-codec.ts";

/**
 * Gathers the pieces of a content, which come as the network cuts them, in blocks of 512 KiB: what is done for each piece is done less often,
 * and a writer of the store need not put its chunks together once more. A block is good until the next one is asked for. Of a content that
 * breaks off, what came is given first.
 *
 * Memory  one block, no longer than `expectedBytes`, which is given back at the end
 * Throws  what the content throws
 */
export async function* inBlocks(content: AsyncIterable<Uint8Array>, expectedBytes = Infinity): AsyncGenerator<Uint8Array, void, undefined> {
  const block = Buffer.allocUnsafeSlow(Math.max(1, Math.min(expectedBytes, defaultChunkSizeBytes)));
  let filled = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    try {
      for await (const bytes of content) {
        for (let taken = 0; taken < bytes.length;) {
          const length = Math.min(block.length - filled, bytes.length - taken);
          block.set(bytes.subarray(taken, taken + length), filled);
          taken += length;
          filled += length;
          if (filled === block.length) {
            yield block;
            filled = 0;
          }
        }
      }
    } catch (error) {
      failure = { error };
    }
    if (filled > 0) {
      yield block.subarray(0, filled);
    }
    if (failure !== undefined) {
      throw failure.error;
    }
  } finally {
    freeNow(block);
  }
}
