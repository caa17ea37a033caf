import type { ByteSource, ReadOptions } from "../../core/byte-source.ts";

/** Bytes of a table that are read and decoded in one go. */
const READ_BYTES = 1024 * 1024;

/** A stretch of the file with a table or the like. Units: bytes. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** A 64-bit word of a table in two halves, because its top bits are flags. */
export interface Word {
  readonly index: number;
  readonly high: number;
  readonly low: number;
}

/**
 * Lists the words of a table that are not zero. What of the table lies behind the end of the file counts as zeros.
 *
 * Memory  1 MiB of the table
 * Throws  what the source throws
 */
export async function* readWords(source: ByteSource, { offset, length }: Stretch, options: ReadOptions): AsyncGenerator<Word> {
  const end = Math.min(offset + length, source.lengthBytes);
  for (let at = offset; at + 8 <= end; at += READ_BYTES) {
    const bytes = await source.read(at, Math.min(READ_BYTES, end - at), options);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let within = 0; within + 8 <= bytes.length; within += 8) {
      const high = view.getUint32(within);
      const low = view.getUint32(within + 4);
      if (high !== 0 || low !== 0) {
        yield { index: (at - offset + within) / 8, high, low };
      }
    }
  }
}
