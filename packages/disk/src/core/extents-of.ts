import type { ByteSource, Extent, ReadOptions } from "./byte-source.ts";

/** Lists a source's extents; of one that knows none, everything is data. Throws what the source throws. */
export async function* extentsOf(source: ByteSource, options?: ReadOptions): AsyncGenerator<Extent> {
  if (source.extents !== undefined) {
    yield* source.extents(options);
  } else if (source.lengthBytes > 0) {
    yield { offset: 0, length: source.lengthBytes, kind: "data" };
  }
}
