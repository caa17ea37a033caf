import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { BatchCodec } from "./compress-batch.ts";
import type { CompressionReply, CompressionRequest } from "./compression-message.ts";

/** Batches that one worker holds: the one at work, and the next, so that it never waits for a message. */
const BATCHES_PER_WORKER = 2;

/**
 * More workers than this are not started unless asked for: each costs about 40 MiB, and 8 of them make over 1 GiB/s.
 */
const MAX_DEFAULT_WORKERS = 8;

/** Clusters to compress; the memory of both is taken over until the answer brings it back. */
export interface CompressionBatch {
  readonly codec: BatchCodec;
  readonly clusterSize: number;
  /** Memory whose first `inputBytes` are whole clusters. */
  readonly input: Uint8Array<ArrayBuffer>;
  readonly inputBytes: number;
  /** Memory for the result, at least `inputBytes` long, and more where the codec says so. */
  readonly output: Uint8Array<ArrayBuffer>;
}

/** The memory of a batch, back, and what became of each cluster (see `compressBatch`). */
export type CompressedBatch = Omit<CompressionReply, "id">;

interface Task {
  readonly request: CompressionRequest;
  readonly resolve: (batch: CompressedBatch) => void;
  readonly reject: (reason: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly tasks: Map<number, Task>;
}

/**
 * Compresses on all cores. Threads start with the first batches, do not keep the process alive while they have nothing to do, and end with the
 * pool. A thread that fails fails its batches; the next batch gets a new thread.
 *
 * (Batches in worker threads made 242 MiB/s on two cores and left the event loop free; the asynchronous calls of node:zlib made 190 MiB/s,
 * used nearly half of the event loop, and share their four threads with all file access of the process.)
 *
 * Memory  about 40 MiB for each thread; batches that wait are the caller's, who should not hand over more than `capacity` at a time
 */
export class CompressionPool implements AsyncDisposable {
  /** Batches that keep every thread busy. */
  readonly capacity: number;
  readonly #maxThreads: number;
  readonly #script: URL;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Task[] = [];
  #nextId = 0;
  #closed = false;

  constructor(options: { readonly threads?: number; readonly script?: URL } = {}) {
    this.#maxThreads = options.threads ?? Math.min(availableParallelism(), MAX_DEFAULT_WORKERS);
    this.#script = options.script ?? new URL("./compression-worker.ts", import.meta.url);
    this.capacity = this.#maxThreads * BATCHES_PER_WORKER;
  }

  /**
   * Compresses one batch.
   *
   * Throws  Error when the pool is closed or closes, and when the thread fails
   */
  async compress(batch: CompressionBatch): Promise<CompressedBatch> {
    if (this.#closed) {
      throw poolClosed();
    }
    const { promise, resolve, reject } = Promise.withResolvers<CompressedBatch>();
    this.#nextId += 1;
    this.#waiting.push({ request: { ...batch, id: this.#nextId }, resolve, reject });
    this.#dispatch();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const threads = [...this.#threads];
    const tasks = this.#waiting.splice(0).concat(threads.flatMap((thread) => [...thread.tasks.values()]));
    this.#threads.clear();
    for (const task of tasks) {
      task.reject(poolClosed());
    }
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #dispatch(): void {
    for (let task = this.#waiting[0]; task !== undefined; task = this.#waiting[0]) {
      const thread = this.#leastBusyThread();
      if (thread === undefined) {
        return;
      }
      this.#waiting.shift();
      const { request } = task;
      thread.tasks.set(request.id, task);
      thread.worker.ref();
      thread.worker.postMessage(request, [request.input.buffer, request.output.buffer]);
    }
  }

  /** Answers the thread to give the next batch to, a new one while all are at work and more may run; undefined when all have enough. */
  #leastBusyThread(): Thread | undefined {
    let best: Thread | undefined;
    for (const thread of this.#threads) {
      best = best === undefined || thread.tasks.size < best.tasks.size ? thread : best;
    }
    if ((best === undefined || best.tasks.size > 0) && this.#threads.size < this.#maxThreads) {
      return this.#startThread();
    }
    return best !== undefined && best.tasks.size < BATCHES_PER_WORKER ? best : undefined;
  }

  #startThread(): Thread {
    // Compressed clusters are short-lived memory outside the heap, which is freed the sooner the smaller the heap may grow: this makes a thread
    // 40 MiB instead of 90, and its heap holds 5 MiB.
    const worker = new Worker(this.#script, { resourceLimits: { maxOldGenerationSizeMb: 32 }, execArgv: [] });
    const thread: Thread = { worker, tasks: new Map() };
    this.#threads.add(thread);
    worker.on("message", (reply: CompressionReply) => this.#finish(thread, reply));
    worker.on("error", (error) => this.#lose(thread, error));
    worker.on("exit", (code) => this.#lose(thread, new Error(`it exited with code ${code}`)));
    return thread;
  }

  #finish(thread: Thread, reply: CompressionReply): void {
    const task = thread.tasks.get(reply.id);
    thread.tasks.delete(reply.id);
    if (thread.tasks.size === 0) {
      thread.worker.unref();
    }
    task?.resolve(reply);
    this.#dispatch();
  }

  #lose(thread: Thread, cause: unknown): void {
    this.#threads.delete(thread);
    for (const task of thread.tasks.values()) {
      task.reject(new Error("A compression thread ended in the middle of its work.", { cause }));
    }
    thread.tasks.clear();
    this.#dispatch();
  }
}

function poolClosed(): Error {
  return new Error("The compression pool is closed.");
}
