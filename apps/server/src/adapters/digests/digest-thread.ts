import { Worker } from "node:worker_threads";
import type { DigestReply, DigestRequest } from "./digest-messages.ts";

/** What a content that is being digested hears from its thread. */
export interface DigestSession {
  onFree(block: number): void;
  onDone(digests: Extract<DigestReply, { readonly kind: "done" }>["digests"]): void;
  onFailure(error: Error): void;
}

/** A thread makes few objects, and room for more of them is never given back. */
const youngObjects = { maxYoungGenerationSizeMb: 2 };

/** One worker thread and the contents that it digests. It keeps the process alive only while it has one. */
export class DigestThread {
  readonly #worker: Worker;
  readonly #sessions = new Map<number, DigestSession>();
  #nextSession = 0;
  #failure: Error | undefined;

  constructor() {
    this.#worker = new Worker(new URL("digest-worker.ts", import.meta.url), { resourceLimits: youngObjects });
    this.#worker.unref();
    this.#worker.on("message", (reply: DigestReply) => {
      const session = this.#sessions.get(reply.session);
      if (reply.kind === "free") {
        session?.onFree(reply.block);
      } else {
        session?.onDone(reply.digests);
      }
    });
    this.#worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", () => this.#fail(new Error("The digest thread ended")));
  }

  /** False once the thread ended: it takes no content any more. */
  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  get load(): number {
    return this.#sessions.size;
  }

  add(session: DigestSession): number {
    const number = this.#nextSession++;
    this.#sessions.set(number, session);
    this.#worker.ref();
    return number;
  }

  remove(session: number): void {
    this.#sessions.delete(session);
    if (this.#sessions.size === 0) {
      this.#worker.unref();
    }
  }

  post(request: DigestRequest): void {
    this.#worker.postMessage(request, []);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const session of this.#sessions.values()) {
      session.onFailure(this.#failure);
    }
    this.#sessions.clear();
  }
}
