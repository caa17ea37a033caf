import type { BlobId } from "@tintype/store/blob-store.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import { Turns } from "./turns.ts";

/**
 * Lets replications and removals of one blob take turns, so that a blob that is removed meanwhile does not stay in the store that it was
 * being copied to. Removing ends the replication that is under way.
 */
export class BlobTurns {
  readonly #turns = new Turns();
  readonly #underWay = new Map<BlobId, AbortController>();

  /** Throws `store.notFound`, as the reason of the signal that `work` gets, when the blob is removed meanwhile. */
  async replicating<T>(id: BlobId, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return await this.#turns.take(id, async () => {
      const stop = new AbortController();
      this.#underWay.set(id, stop);
      try {
        return await work(AbortSignal.any([signal, stop.signal]));
      } finally {
        this.#underWay.delete(id);
      }
    });
  }

  async removing<T>(id: BlobId, work: () => Promise<T>): Promise<T> {
    this.#underWay.get(id)?.abort(new StoreError("store.notFound", `Blob ${id} was removed meanwhile.`));
    return await this.#turns.take(id, work);
  }
}
