import type { BlobId } from "@tintype/store/blob-store.ts";
import { StoreError } from "@tintype/store/store-error.ts";

interface Queue {
  /** Settled when everything that was asked for until now is over; never rejects. */
  ended: Promise<unknown>;
  waiting: number;
  readonly stops: Set<AbortController>;
}

/**
 * Lets replications and removals of one blob take turns, so that a blob that is removed meanwhile does not stay in the store that it was
 * being copied to. Removing ends the replications that are under way.
 */
export class BlobTurns {
  readonly #queues = new Map<BlobId, Queue>();

  /** Throws `store.notFound`, as the reason of the signal that `work` gets, when the blob is removed meanwhile. */
  async replicating<T>(id: BlobId, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    return this.#inTurn(id, async (queue) => {
      queue.stops.add(stop);
      try {
        return await work(AbortSignal.any([signal, stop.signal]));
      } finally {
        queue.stops.delete(stop);
      }
    });
  }

  async removing<T>(id: BlobId, work: () => Promise<T>): Promise<T> {
    const reason = new StoreError("store.notFound", `Blob ${id} was removed meanwhile.`);
    this.#queues.get(id)?.stops.forEach((stop) => stop.abort(reason));
    return this.#inTurn(id, work);
  }

  async #inTurn<T>(id: BlobId, work: (queue: Queue) => Promise<T>): Promise<T> {
    const queue = this.#queues.get(id) ?? { ended: Promise.resolve(), waiting: 0, stops: new Set() };
    this.#queues.set(id, queue);
    queue.waiting += 1;
    const before = queue.ended;
    const working = before.then(async () => work(queue));
    queue.ended = Promise.allSettled([working]);
    try {
      return await working;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) {
        this.#queues.delete(id);
      }
    }
  }
}
