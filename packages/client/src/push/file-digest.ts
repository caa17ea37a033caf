import { Worker } from "node:worker_threads";

/** Digests of a whole file, hex: those that a service may tell of an image. */
export interface FileDigests {
  readonly sha256: string;
  readonly sha512: string;
}

/** What the thread is told. */
export type DigestTask =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "zeros"; readonly lengthBytes: number }
  | { readonly kind: "finish" };

/** What it answers: one reply for each task, in their order. */
export type DigestReply = { readonly kind: "taken" } | { readonly kind: "digests"; readonly digests: FileDigests };

const mostTasks = 16;

/**
 * Digests a file as it is read, on a thread of its own.
 *
 * Memory  16 pieces that wait to be digested
 */
export class FileDigest implements AsyncDisposable {
  readonly #worker = new Worker(new URL("file-digest-worker.ts", import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: 2 } });
  readonly #digests = Promise.withResolvers<FileDigests>();
  #tasks = 0;
  #taken = Promise.withResolvers<void>();

  constructor() {
    this.#digests.promise.catch((error: unknown) => error);
    this.#worker.on("message", (reply: DigestReply) => {
      if (reply.kind === "digests") {
        this.#digests.resolve(reply.digests);
        return;
      }
      this.#tasks -= 1;
      this.#taken.resolve();
    });
    const fail = (error: Error): void => {
      this.#digests.reject(error);
      this.#taken.resolve();
    };
    this.#worker.on("error", (error) => fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", () => fail(new Error("The thread that digests the file ended")));
  }

  /** Adds bytes; their memory is given away. */
  async add(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#room();
    this.#worker.postMessage({ kind: "bytes", bytes } satisfies DigestTask, [bytes.buffer]);
  }

  async addZeros(lengthBytes: number): Promise<void> {
    await this.#room();
    this.#worker.postMessage({ kind: "zeros", lengthBytes } satisfies DigestTask, []);
  }

  async finish(): Promise<FileDigests> {
    this.#worker.postMessage({ kind: "finish" } satisfies DigestTask, []);
    return await this.#digests.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  async #room(): Promise<void> {
    while (this.#tasks >= mostTasks) {
      this.#taken = Promise.withResolvers();
      await Promise.race([this.#taken.promise, this.#digests.promise]);
    }
    this.#tasks += 1;
  }
}
