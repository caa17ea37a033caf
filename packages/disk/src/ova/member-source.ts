import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { fillFrom } from "../core/fill-from.ts";
import type { TarMember } from "./list-members.ts";

/**
 * Serves one file of an archive. Closing it leaves the archive open, which others may read.
 *
 * Memory  what one read returns
 * Throws  RangeError when a read leaves the file; what the archive throws
 */
export class MemberSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #archive: ByteSource;
  readonly #start: number;

  constructor(archive: ByteSource, member: TarMember) {
    this.#archive = archive;
    this.#start = member.offset;
    this.lengthBytes = member.sizeBytes;
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    return this.#archive.read(this.#start + offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    await fillFrom(this.#archive, target, this.#start + offset, options);
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    const whole: Extent = { offset: 0, length: this.#archive.lengthBytes, kind: "data" };
    for await (const extent of this.#archive.extents?.(options) ?? [whole]) {
      const from = Math.max(extent.offset, this.#start);
      const to = Math.min(extent.offset + extent.length, this.#start + this.lengthBytes);
      if (from < to) {
        yield { offset: from - this.#start, length: to - from, kind: extent.kind };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The archive belongs to whoever opened it.
  }
}
