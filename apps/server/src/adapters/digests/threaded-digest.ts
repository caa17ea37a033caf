import type { ChunkSlot, ChunkSlots } from "@tintype/store/chunk/chunk-slots.ts";
import type { DigestAlgorithm, RunningDigest } from "../../ports/content-digests.ts";
import type { DigestThread } from "./digest-thread.ts";

/** Bytes that threads are told of at once, so that telling them is cheap. */
export const digestBlockBytes = 512 * 1024;

/** Algorithms that one thread computes. */
export interface DigestShare {
  readonly thread: DigestThread;
  readonly algorithms: readonly DigestAlgorithm[];
}

/** A block that threads read. */
interface ReadBlock {
  readonly slot: ChunkSlot;
  /** Threads that are not done with it. */
  readers: number;
}

/**
 * Digests of one content, computed in one thread or in several side by side.
 *
 * Memory  none of its own: bytes are copied into blocks that all contents share, every thread reads them there, and between two updates no
 *         block waits to be filled. So updates of a block or more are cheap, and small ones are not
 */
export class ThreadedDigest implements RunningDigest {
  readonly #blocks: ChunkSlots;
  readonly #sessions: readonly { readonly thread: DigestThread; readonly session: number }[];
  readonly #underWay = new Map<number, ReadBlock>();
  readonly #digests = new Map<DigestAlgorithm, string>();
  readonly #result = Promise.withResolvers<ReadonlyMap<DigestAlgorithm, string>>();
  #unfinished: number;
  #lastBlock = 0;
  #failure: Error | undefined;

  constructor(shares: readonly DigestShare[], blocks: ChunkSlots) {
    this.#blocks = blocks;
    // Whoever calls `finish` sees a failure; nobody else needs to.
    this.#result.promise.catch((error: unknown) => error);
    this.#unfinished = shares.length;
    this.#sessions = shares.map(({ thread, algorithms }) => {
      const session = thread.add({
        onFree: (block) => this.#onFree(block),
        onDone: (digests) => this.#onDone(digests),
        onFailure: (error) => {
          this.#failure = error;
          this.#giveBlocksBack();
          this.#result.reject(error);
        },
      });
      thread.post({ kind: "start", session, algorithms });
      return { thread, session };
    });
  }

  async update(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += digestBlockBytes) {
      const slot = await this.#blocks.acquire();
      if (this.#failure !== undefined) {
        this.#blocks.release(slot);
        throw this.#failure;
      }
      const part = bytes.subarray(at, at + digestBlockBytes);
      slot.bytes.set(part);
      this.#send(slot, part.length);
    }
  }

  async finish(): Promise<ReadonlyMap<DigestAlgorithm, string>> {
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
    // Threads that still read them read for nobody.
    this.#giveBlocksBack();
  }

  #send(slot: ChunkSlot, lengthBytes: number): void {
    this.#lastBlock += 1;
    this.#underWay.set(this.#lastBlock, { slot, readers: this.#sessions.length });
    for (const { thread, session } of this.#sessions) {
      thread.post({ kind: "update", session, block: this.#lastBlock, memory: slot.memory, lengthBytes });
    }
  }

  #onFree(number: number): void {
    const block = this.#underWay.get(number);
    if (block !== undefined) {
      block.readers -= 1;
      if (block.readers === 0) {
        this.#underWay.delete(number);
        this.#blocks.release(block.slot);
      }
    }
  }

  #giveBlocksBack(): void {
    for (const { slot } of this.#underWay.values()) {
      this.#blocks.release(slot);
    }
    this.#underWay.clear();
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
