import { BufferPool } from "../pipeline/buffer-pool.ts";
import type { MultipartTarget } from "./multipart-target.ts";

/**
 * Sends parts, several at a time, and lends the memory they are made in.
 *
 * Memory  the parts that are lent or being sent (the caller bounds them), and one of zeros
 * Throws  the first failure of the target, from the next call on
 */
export class PartUploads {
  readonly #target: MultipartTarget;
  readonly #buffers: BufferPool;
  readonly #uploadsAtATime: number;
  readonly #running = new Set<Promise<void>>();
  #zeros: Uint8Array | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(target: MultipartTarget, { maxBuffers, uploadsAtATime }: { readonly maxBuffers: number; readonly uploadsAtATime: number }) {
    this.#target = target;
    this.#buffers = new BufferPool(target.partSizeBytes, maxBuffers);
    this.#uploadsAtATime = uploadsAtATime;
  }

  /** Parts being sent. */
  get count(): number {
    return this.#running.size;
  }

  /** Answers memory for a part, all zeros. */
  takeBuffer(): Uint8Array<ArrayBuffer> {
    return this.#buffers.take().fill(0);
  }

  /** Begins to send the first `length` bytes of a buffer, which comes back to the pool; waits while too many parts are being sent. */
  async send(number: number, buffer: Uint8Array<ArrayBuffer>, length: number): Promise<void> {
    await this.#begin(async () => {
      await this.#target.putPart(number, buffer.subarray(0, length));
      this.#buffers.give(buffer);
    });
  }

  /** As `send`, for a part of zeros. */
  async sendZeros(number: number, length: number): Promise<void> {
    const zeros = (this.#zeros ??= Buffer.alloc(this.#target.partSizeBytes));
    await this.#begin(() => this.#target.putPart(number, zeros.subarray(0, length)));
  }

  /** Waits until at least one part less is being sent. */
  async waitForOne(): Promise<void> {
    await Promise.race(this.#running);
    this.#throwFailure();
  }

  /** Waits until nothing is being sent any more. */
  async settle(): Promise<void> {
    await this.stop();
    this.#throwFailure();
  }

  /** Waits as `settle`, after a failure that is known already. */
  async stop(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #begin(put: () => Promise<void>): Promise<void> {
    this.#throwFailure();
    const task: Promise<void> = put()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
    if (this.#running.size >= this.#uploadsAtATime) {
      await this.waitForOne();
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }
}
