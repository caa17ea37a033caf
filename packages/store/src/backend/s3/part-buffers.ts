import { ChunkSlots } from "../../chunk/chunk-slots.ts";
import { Limiter } from "../timing/limiter.ts";
import { partBytes } from "./s3-options.ts";

/**
 * The memory that parts of uploads are read into, one buffer for each that is on its way. It is shared with the thread that digests
 * them, and used again: a service that is given up with a part half sent may be sent another's bytes in its place, which do not fit
 * the digest that it was told.
 *
 * Memory  buffers × 8 MiB, allocated when first needed
 */
export class PartBuffers {
  readonly #limiter: Limiter;
  readonly #slots: ChunkSlots;

  constructor(count: number) {
    this.#limiter = new Limiter(count);
    this.#slots = new ChunkSlots(partBytes, count);
  }

  /** Lends a buffer, whose content is arbitrary, in the order of asking. Throws the signal's reason when it is aborted while waiting. */
  run<T>(work: (buffer: Buffer) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#limiter.run(async () => {
      const slot = await this.#slots.acquire();
      try {
        return await work(slot.bytes);
      } finally {
        this.#slots.release(slot);
      }
    }, signal);
  }
}
