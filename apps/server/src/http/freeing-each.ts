import { freeNow } from "@tintype/store/chunk/chunk-codec.ts";

/**
 * Hands on the pieces of a body, and gives back the memory of each when the next is asked for: left to the garbage collector, the pieces of
 * some bodies pile up to a hundred MiB before it looks. Whoever takes a piece must be done with it by then.
 *
 * Memory  one piece
 */
export async function* freeingEach(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of body) {
    yield bytes;
    // A part of something larger may have neighbours that are still needed.
    if (bytes.length === bytes.buffer.byteLength) {
      freeNow(bytes);
    }
  }
}
