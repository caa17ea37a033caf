import type { ByteSource } from "../core/byte-source.ts";

/** Answers a source that reads like `source` and leaves it open when it is closed. Throws what the source throws. */
export function borrowed(source: ByteSource): ByteSource {
  const { readInto, extents } = source;
  return {
    lengthBytes: source.lengthBytes,
    read: (offset, length, options) => source.read(offset, length, options),
    ...(readInto === undefined ? {} : { readInto: (target, offset, options) => readInto.call(source, target, offset, options) }),
    ...(extents === undefined ? {} : { extents: (options) => extents.call(source, options) }),
    async [Symbol.asyncDispose]() {
      // Whoever lent the source closes it.
    },
  };
}
