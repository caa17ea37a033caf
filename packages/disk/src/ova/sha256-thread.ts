import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** What the thread is asked: more bytes, or without them the hash of all since the last hash. */
export interface HashRequest {
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** What it answers: that the bytes are done, or the hash. */
export interface HashReply {
  readonly hex: string | undefined;
}

/**
 * Hashes a long stream of bytes in a thread, off the event loop. One caller at a time.
 *
 * Memory  about 40 MiB for the thread, and a copy of the bytes at work
 */
export class Sha256Thread implements AsyncDisposable {
  readonly #worker: Worker;

  constructor() {
    this.#worker = new Worker(new URL("./sha256-worker.ts", import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 32 }, execArgv: [] });
  }

  /** Adds bytes, which stay the caller's. Throws Error when the thread fails. */
  async update(bytes: Uint8Array): Promise<void> {
    await this.#ask({ bytes: Uint8Array.from(bytes) });
  }

  /** Answers the hash of all bytes since the last one, in hexadecimal. Throws Error when the thread fails. */
  async digest(): Promise<string> {
    const { hex } = await this.#ask({ bytes: undefined });
    if (hex === undefined) {
      throw new Error("The hashing thread gave no hash.");
    }
    return hex;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(request: HashRequest): Promise<HashReply> {
    // An error of the thread rejects here.
    const answered = once(this.#worker, "message");
    this.#worker.postMessage(request, request.bytes === undefined ? [] : [request.bytes.buffer]);
    // The thread's only messages are replies.
    const [reply] = (await answered) as [HashReply];
    return reply;
  }
}
