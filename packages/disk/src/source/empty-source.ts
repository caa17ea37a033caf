import type { ByteSource, Extent } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";

/** Bytes that are all zero and lie nowhere: what an empty disk is made of. */
export class EmptySource implements ByteSource {
  readonly lengthBytes: number;

  constructor(lengthBytes: number) {
    this.lengthBytes = lengthBytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    return Buffer.alloc(length);
  }

  async *extents(): AsyncGenerator<Extent> {
    if (this.lengthBytes > 0) {
      yield { offset: 0, length: this.lengthBytes, kind: "hole" };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held that needs closing.
  }
}
