import type { ByteSource, ReadOptions } from "../../core/byte-source.ts";
import { MemorySource } from "../../source/memory-source.ts";

/** Bytes that come after a turn of the event loop, with a record of what was asked for; it can be told to fail. For tests. */
export class SlowSource implements ByteSource {
  readonly lengthBytes: number;
  /** Offset and length of every read, in the order in which they began. */
  readonly reads: (readonly [offset: number, length: number])[] = [];
  timesClosed = 0;
  mostAtATime = 0;
  /** Reads from here on fail, one for each count. */
  failures = 0;
  #atATime = 0;
  readonly #bytes: MemorySource;

  constructor(content: Uint8Array) {
    this.#bytes = new MemorySource(content);
    this.lengthBytes = content.length;
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    const bytes = await this.#bytes.read(offset, length, options);
    this.reads.push([offset, length]);
    this.#atATime += 1;
    this.mostAtATime = Math.max(this.mostAtATime, this.#atATime);
    await new Promise(setImmediate);
    this.#atATime -= 1;
    options?.signal?.throwIfAborted();
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error("medium away");
    }
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.timesClosed += 1;
  }
}
