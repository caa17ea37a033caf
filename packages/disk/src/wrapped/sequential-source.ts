import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { Limiter } from "../core/limiter.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import type { DataRun } from "./data-runs.ts";

/** Bytes that can only be had from first to last, and what is known of them beforehand. */
export interface SequentialBytes {
  readonly lengthBytes: number;
  /** Where there is data; everything else is zeros. */
  readonly runs: readonly DataRun[];
  /** Starts from the first byte. */
  start(): AsyncIterable<Uint8Array>;
}

/**
 * Serves a stream of known length and map as a source, to a reader that only goes forward. Reads may be asked for side by side; they are served
 * in the order in which they were asked for. Nothing is kept of what was passed.
 *
 * Memory  one chunk of the stream, and what one read returns
 * Throws  disk.unsupported (a read goes back), disk.io (the stream ends early), what the stream throws; RangeError when a read leaves the source
 */
export class SequentialSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #bytes: SequentialBytes;
  readonly #inOrder = new Limiter(1);
  #stream: AsyncIterator<Uint8Array> | undefined;
  /** What is left of the chunk that came last, and where it stands. */
  #chunk: Uint8Array = new Uint8Array();
  #position = 0;

  constructor(bytes: SequentialBytes) {
    this.#bytes = bytes;
    this.lengthBytes = bytes.lengthBytes;
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    await this.#inOrder.run(() => this.#advance(target, offset, options));
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    let end = 0;
    for (const run of this.#bytes.runs) {
      options?.signal?.throwIfAborted();
      if (run.start > end) {
        yield { offset: end, length: run.start - end, kind: "zero" };
      }
      yield { offset: run.start, length: run.end - run.start, kind: "data" };
      end = run.end;
    }
    if (end < this.lengthBytes) {
      yield { offset: end, length: this.lengthBytes - end, kind: "zero" };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stream?.return?.();
  }

  async #advance(target: Uint8Array, offset: number, options: ReadOptions | undefined): Promise<void> {
    if (offset < this.#position) {
      throw new DiskError(
        "disk.unsupported",
        `A compressed file is read from first to last: the byte at ${offset} was passed, the next one is at ${this.#position}.`,
        { remedy: "Unpack the file first, and use what is inside." },
      );
    }
    for (let done = 0; done < target.length;) {
      options?.signal?.throwIfAborted();
      if (this.#chunk.length === 0) {
        await this.#nextChunk();
      }
      const skip = Math.min(Math.max(offset - this.#position, 0), this.#chunk.length);
      const part = this.#chunk.subarray(skip, skip + target.length - done);
      target.set(part, done);
      done += part.length;
      this.#position += skip + part.length;
      this.#chunk = this.#chunk.subarray(skip + part.length);
    }
  }

  async #nextChunk(): Promise<void> {
    this.#stream ??= this.#bytes.start()[Symbol.asyncIterator]();
    const next = await this.#stream.next();
    if (next.done === true) {
      throw new DiskError("disk.io", `The file now unpacks to ${this.#position} bytes, and had ${this.lengthBytes} when it was opened.`, {
        remedy: "Wait until nothing writes to the file any more, then start again.",
      });
    }
    this.#chunk = next.value;
  }
}
