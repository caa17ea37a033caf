import type { DigestAlgorithm, RunningDigest } from "../../ports/content-digests.ts";
import type { DigestThread } from "./digest-thread.ts";

const blockBytes = 512 * 1024;
/** Threads of different speed share the blocks: while one reads the last of them, another must have some left. */
const maxBlocks = 4;

/** Algorithms that one thread computes. */
export interface DigestShare {
  readonly thread: DigestThread;
  readonly algorithms: readonly DigestAlgorithm[];
}

interface Block {
  readonly number: number;
  readonly memory: SharedArrayBuffer;
  readonly bytes: Uint8Array;
  /** Threads that are not done with it. */
  readers: number;
}

/**
 * Digests of one content, computed in one thread or in several side by side.
 *
 * Memory  four blocks of 512 KiB, so that telling the threads of them is cheap; bytes are copied into them once, and every thread reads them there
 */
export class ThreadedDigest implements RunningDigest {
  readonly #sessions: readonly { readonly thread: DigestThread; readonly session: number }[];
  readonly #blocks: Block[] = [];
  readonly #free: Block[] = [];
  readonly #digests = new Map<DigestAlgorithm, string>();
  readonly #result = Promise.withResolvers<ReadonlyMap<DigestAlgorithm, string>>();
  #unfinished: number;
  #current: Block | undefined;
  #filled = 0;
  #waiting: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;

  constructor(shares: readonly DigestShare[]) {
    // Whoever calls `finish` sees a failure; nobody else needs to.
    this.#result.promise.catch((error: unknown) => error);
    this.#unfinished = shares.length;
    this.#sessions = shares.map(({ thread, algorithms }) => {
      const session = thread.add({
        onFree: (block) => this.#onFree(block),
        onDone: (digests) => this.#onDone(digests),
        onFailure: (error) => {
          this.#failure = error;
          this.#waiting?.resolve();
          this.#result.reject(error);
        },
      });
      thread.post({ kind: "start", session, algorithms });
      return { thread, session };
    });
  }

  async update(bytes: Uint8Array): Promise<void> {
    let taken = 0;
    while (taken < bytes.length) {
      this.#current ??= await this.#takeBlock();
      const length = Math.min(blockBytes - this.#filled, bytes.length - taken);
      this.#current.bytes.set(bytes.subarray(taken, taken + length), this.#filled);
      taken += length;
      this.#filled += length;
      if (this.#filled === blockBytes) {
        this.#send();
      }
    }
  }

  async finish(): Promise<ReadonlyMap<DigestAlgorithm, string>> {
    this.#send();
    for (const { thread, session } of this.#sessions) {
      thread.post({ kind: "finish", session });
    }
    return await this.#result.promise;
  }

  [Symbol.dispose](): void {
    for (const { thread, session } of this.#sessions) {
      thread.post({ kind: "drop", session });
      thread.remove(session);
    }
  }

  async #takeBlock(): Promise<Block> {
    while (this.#free.length === 0 && this.#blocks.length === maxBlocks && this.#failure === undefined) {
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
      this.#waiting = undefined;
    }
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
    return this.#free.pop() ?? this.#addBlock();
  }

  #addBlock(): Block {
    const memory = new SharedArrayBuffer(blockBytes);
    const block = { number: this.#blocks.length, memory, bytes: new Uint8Array(memory), readers: 0 };
    this.#blocks.push(block);
    return block;
  }

  #send(): void {
    const block = this.#current;
    if (block === undefined) {
      return;
    }
    block.readers = this.#sessions.length;
    for (const { thread, session } of this.#sessions) {
      thread.post({ kind: "update", session, block: block.number, memory: block.memory, lengthBytes: this.#filled });
    }
    this.#current = undefined;
    this.#filled = 0;
  }

  #onFree(number: number): void {
    const block = this.#blocks[number];
    if (block !== undefined) {
      block.readers -= 1;
      if (block.readers === 0) {
        this.#free.push(block);
        this.#waiting?.resolve();
      }
    }
  }

  #onDone(digests: readonly (readonly [DigestAlgorithm, string])[]): void {
    for (const [algorithm, hex] of digests) {
      this.#digests.set(algorithm, hex);
    }
    this.#unfinished -= 1;
    if (this.#unfinished === 0) {
      this.#result.resolve(this.#digests);
    }
  }
}
