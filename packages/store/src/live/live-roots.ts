import type { BlobId } from "../blob-store.ts";
import type { ManifestContent } from "../manifest/manifest-format.ts";

/** A blob whose chunks must stay, whether or not its manifest is in the backend. */
export interface LiveRoot {
  readonly id: BlobId;
  readonly content: ManifestContent;
}

/** Everything that became live since `watch` was called, and what was live then. */
export interface RootWatch extends Disposable {
  /** The next root that was not taken yet; undefined when there is none now. There may be more later, and one root may come twice. */
  take(): LiveRoot | undefined;
}

/**
 * Blobs that are open, and blobs that are being committed or copied: what is needed although a listing of the manifests may not tell.
 * A blob is added before its manifest is put, and an open blob as soon as its manifest was read.
 *
 * Memory  the manifests of the blobs that are open now, and for every watch those that came since and were not taken
 */
export class LiveRoots {
  readonly #roots = new Set<LiveRoot>();
  readonly #queues = new Set<LiveRoot[]>();
  readonly #reads = new Set<Promise<void>>();
  readonly #commits = new Map<BlobId, Promise<void>>();

  /** Runs a commit, after any other of that name. Until it is over, the blob is neither there nor not there. */
  async committing(id: BlobId, commit: () => Promise<void>): Promise<void> {
    await this.commitEnded(id);
    const committing = commit();
    this.#commits.set(id, committing);
    try {
      await committing;
    } finally {
      this.#commits.delete(id);
    }
  }

  isCommitting(id: BlobId): boolean {
    return this.#commits.has(id);
  }

  /** Waits until no commit of that name is under way. */
  async commitEnded(id: BlobId): Promise<void> {
    for (let other = this.#commits.get(id); other !== undefined; other = this.#commits.get(id)) {
      await Promise.allSettled([other]);
    }
  }

  /** To be held from before a manifest is read until its blob was added: meanwhile the manifest may be removed. */
  reading(): Disposable {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reads.add(promise);
    return {
      [Symbol.dispose]: () => {
        this.#reads.delete(promise);
        resolve();
      },
    };
  }

  /** Waits until all manifests that are being read now have been read: from then on no blob appears whose manifest was gone by now. */
  async readsEnded(): Promise<void> {
    await Promise.all(this.#reads);
  }

  /** Keeps a blob's chunks until the answer is disposed of. */
  add(root: LiveRoot): Disposable {
    // An object of its own, because one root may be added twice.
    const added = { ...root };
    this.#roots.add(added);
    for (const queue of this.#queues) {
      queue.push(added);
    }
    return { [Symbol.dispose]: () => void this.#roots.delete(added) };
  }

  /** Tells whether a root that a watch gave out has not been disposed of. */
  isHeld(root: LiveRoot): boolean {
    return this.#roots.has(root);
  }

  /**
   * Starts to note roots. A mark starts its watch before it lists manifests; when it has listed and taken everything, it knows every
   * chunk that is needed at that moment.
   */
  watch(): RootWatch {
    const queue = [...this.#roots];
    this.#queues.add(queue);
    return {
      take: () => queue.shift(),
      [Symbol.dispose]: () => void this.#queues.delete(queue),
    };
  }
}
