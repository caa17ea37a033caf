import { Worker } from "node:worker_threads";
import { StoreError } from "../store-error.ts";

/** Kinds of tasks a worker script answers: what each takes and gives. */
export type TaskKinds<Tasks> = { readonly [Kind in keyof Tasks]: { readonly input: unknown; readonly output: unknown } };

/** What a worker receives. */
export type WorkerRequest<Tasks extends TaskKinds<Tasks>> = {
  readonly [Kind in keyof Tasks]: { readonly id: number; readonly kind: Kind; readonly input: Tasks[Kind]["input"] };
}[keyof Tasks];

/** What a worker sends back, once for every request. */
export type WorkerReply = { readonly id: number; readonly output: unknown } | { readonly id: number; readonly failure: string };

interface PendingTask {
  readonly message: { readonly id: number; readonly kind: PropertyKey; readonly input: unknown };
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface RunningWorker {
  readonly thread: Worker;
  readonly tasks: Map<number, PendingTask>;
}

/** A thread makes few objects, and room for more of them is never given back: it would cost some 15 MiB a thread. */
const youngObjects = { maxYoungGenerationSizeMb: 2 };

/** A second task waits at the thread, so that it never idles while this thread is busy. */
const tasksPerWorker = 2;

/**
 * Runs tasks on threads, first come first served. Threads start when they are needed, stay until disposal, and keep the process
 * alive only while they have work.
 *
 * Throws  `store.io` from every task of a thread that died (a new one takes its place); `store.closed` after disposal
 */
export class WorkerPool<Tasks extends TaskKinds<Tasks>> implements AsyncDisposable {
  readonly #script: URL;
  readonly #size: number;
  readonly #workers = new Set<RunningWorker>();
  #queue: PendingTask[] = [];
  #lastId = 0;
  #closed = false;

  constructor(script: URL, size: number) {
    this.#script = script;
    this.#size = size;
  }

  /** `transfer` lists memory in `input` that moves to the thread and is gone here. */
  async run<Kind extends keyof Tasks>(
    kind: Kind,
    input: Tasks[Kind]["input"],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Tasks[Kind]["output"]> {
    if (this.#closed) {
      throw closedError();
    }
    this.#lastId += 1;
    const message = { id: this.#lastId, kind, input };
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#queue.push({ message, transfer, resolve, reject });
    this.#assign();
    return promise;
  }

  /** Stops the threads. Tasks that are not finished reject with `store.closed`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const workers = [...this.#workers];
    this.#workers.clear();
    for (const task of [...this.#queue, ...workers.flatMap((worker) => [...worker.tasks.values()])]) {
      task.reject(closedError());
    }
    this.#queue = [];
    await Promise.all(workers.map((worker) => worker.thread.terminate()));
  }

  #assign(): void {
    while (this.#queue.length > 0) {
      const worker = this.#freeWorker();
      const task = worker === undefined ? undefined : this.#queue.shift();
      if (worker === undefined || task === undefined) {
        return;
      }
      worker.tasks.set(task.message.id, task);
      worker.thread.ref();
      worker.thread.postMessage(task.message, task.transfer);
    }
  }

  #freeWorker(): RunningWorker | undefined {
    let free: RunningWorker | undefined;
    for (const worker of this.#workers) {
      if (worker.tasks.size < (free?.tasks.size ?? tasksPerWorker)) {
        free = worker;
      }
    }
    return free?.tasks.size === 0 || this.#workers.size >= this.#size ? free : this.#start();
  }

  #start(): RunningWorker {
    // Flags meant for the main program (`--input-type`, say) are not handed down.
    const worker: RunningWorker = { thread: new Worker(this.#script, { execArgv: [], resourceLimits: youngObjects }), tasks: new Map() };
    this.#workers.add(worker);
    worker.thread.on("message", (reply: WorkerReply) => this.#settle(worker, reply));
    worker.thread.on("error", (error) => this.#drop(worker, error));
    worker.thread.on("messageerror", (error) => this.#drop(worker, error));
    worker.thread.on("exit", (code) => this.#drop(worker, new Error(`The thread exited with code ${code}.`)));
    return worker;
  }

  #settle(worker: RunningWorker, reply: WorkerReply): void {
    const task = worker.tasks.get(reply.id);
    if (task === undefined) {
      return;
    }
    worker.tasks.delete(reply.id);
    if ("failure" in reply) {
      task.reject(new StoreError("store.io", `A chunk could not be processed: ${reply.failure}`));
    } else {
      task.resolve(reply.output);
    }
    if (worker.tasks.size === 0) {
      worker.thread.unref();
    }
    this.#assign();
  }

  /** Called more than once for one thread: an error is followed by an exit. */
  #drop(worker: RunningWorker, cause: unknown): void {
    if (!this.#workers.delete(worker)) {
      return;
    }
    for (const task of worker.tasks.values()) {
      task.reject(new StoreError("store.io", "A thread that processes chunks stopped unexpectedly. Try again.", { cause }));
    }
    void worker.thread.terminate();
    this.#assign();
  }
}

function closedError(): StoreError {
  return new StoreError("store.closed", "The store was closed.");
}
