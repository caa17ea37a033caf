import { Worker } from "node:worker_threads";

/** An answer that is waited for. */
interface Question {
  resolve(answer: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

/** Hashes that files are stated with. */
export type HashAlgorithm = "sha1" | "sha256" | "sha512";

/**
 * Hashes a stream of bytes in a thread of its own (SHA-256 about 1 GiB/s), so that the event loop stays free. The thread starts with the first bytes.
 *
 * Memory  about 10 MiB for the thread, and a copy of the bytes being hashed
 * Throws  Error when the thread fails or is closed while it works
 */
export class HashThread implements AsyncDisposable {
  readonly #algorithm: HashAlgorithm;
  readonly #questions: Question[] = [];
  #worker: Worker | undefined;

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
  }

  /** Adds bytes; they may change once this has been called. Resolves when they are hashed. */
  async update(bytes: Uint8Array): Promise<void> {
    const copy = Uint8Array.from(bytes);
    await this.#ask(copy, [copy.buffer]);
  }

  /** Forgets all bytes added so far. */
  async restart(): Promise<void> {
    await this.#ask("restart", []);
  }

  /** Answers the digest of all bytes; afterwards only `restart` is possible. */
  async digest(): Promise<Buffer> {
    return Buffer.from((await this.#ask("digest", [])) ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    this.#fail(new Error("The thread that hashes was closed."));
    await worker?.terminate();
  }

  #ask(message: Uint8Array | "digest" | "restart", transfer: readonly ArrayBuffer[]): Promise<Uint8Array | undefined> {
    this.#worker ??= this.#start();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
    this.#questions.push({ resolve, reject });
    this.#worker.ref();
    this.#worker.postMessage(message, transfer);
    return promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./hash-worker.ts", import.meta.url), {
      workerData: this.#algorithm,
      resourceLimits: { maxOldGenerationSizeMb: 16 },
      execArgv: [],
    });
    worker.on("message", (answer: Uint8Array | undefined) => {
      this.#questions.shift()?.resolve(answer);
      if (this.#questions.length === 0) {
        worker.unref();
      }
    });
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", (code) => this.#fail(new Error(`The thread that hashes ended with code ${code}.`)));
    return worker;
  }

  #fail(error: unknown): void {
    this.#worker = undefined;
    for (const question of this.#questions.splice(0)) {
      question.reject(error);
    }
  }
}
