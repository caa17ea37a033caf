import type { DigestAlgorithm, RunningDigest } from "../../ports/content-digests.ts";
import type { DigestThread } from "./digest-thread.ts";

const blockBytes = 128 * 1024;
const maxBlocks = 3;

/**
 * Digests of one content, computed in a thread.
 *
 * Memory  three blocks of 128 KiB; bytes are copied into them, full ones travel to the thread and come back empty
 */
export class ThreadedDigest implements RunningDigest {
  readonly #thread: DigestThread;
  readonly #session: number;
  readonly #free: ArrayBuffer[] = [];
  readonly #result = Promise.withResolvers<ReadonlyMap<DigestAlgorithm, string>>();
  #blocks = 0;
  #current: ArrayBuffer | undefined;
  #filled = 0;
  #waiting: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;

  constructor(thread: DigestThread, algorithms: readonly DigestAlgorithm[]) {
    this.#thread = thread;
    // Whoever calls `finish` sees a failure; nobody else needs to.
    this.#result.promise.catch((error: unknown) => error);
    this.#session = thread.add({
      onFree: (block) => {
        this.#free.push(block);
        this.#waiting?.resolve();
      },
      onDone: (digests) => this.#result.resolve(new Map(digests)),
      onFailure: (error) => {
        this.#failure = error;
        this.#waiting?.resolve();
        this.#result.reject(error);
      },
    });
    thread.post({ kind: "start", session: this.#session, algorithms });
  }

  async update(bytes: Uint8Array): Promise<void> {
    let taken = 0;
    while (taken < bytes.length) {
      this.#current ??= await this.#takeBlock();
      const length = Math.min(blockBytes - this.#filled, bytes.length - taken);
      new Uint8Array(this.#current, this.#filled, length).set(bytes.subarray(taken, taken + length));
      taken += length;
      this.#filled += length;
      if (this.#filled === blockBytes) {
        this.#send();
      }
    }
  }

  async finish(): Promise<ReadonlyMap<DigestAlgorithm, string>> {
    this.#send();
    this.#thread.post({ kind: "finish", session: this.#session });
    return await this.#result.promise;
  }

  [Symbol.dispose](): void {
    this.#thread.post({ kind: "drop", session: this.#session });
    this.#thread.remove(this.#session);
  }

  async #takeBlock(): Promise<ArrayBuffer> {
    while (this.#free.length === 0 && this.#blocks === maxBlocks && this.#failure === undefined) {
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
      this.#waiting = undefined;
    }
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
    const block = this.#free.pop();
    if (block !== undefined) {
      return block;
    }
    this.#blocks++;
    return new ArrayBuffer(blockBytes);
  }

  #send(): void {
    if (this.#current !== undefined) {
      const block = this.#current;
      this.#thread.post({ kind: "update", session: this.#session, block, lengthBytes: this.#filled }, [block]);
      this.#current = undefined;
      this.#filled = 0;
    }
  }
}
