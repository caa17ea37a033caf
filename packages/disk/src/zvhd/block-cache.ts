import { freeMemory } from "../core/free-memory.ts";
import { orAborted } from "../core/or-aborted.ts";

/** A block that nobody else has. */
export type Content = Uint8Array<ArrayBuffer>;

/** A block that is there or being made. */
interface Entry {
  readonly content: Promise<Content>;
  users: number;
  isDropped: boolean;
}

/**
 * Keeps the blocks used last, for reads that want pieces of them; one that several reads ask for at once is made once. The memory of a block
 * is given back as soon as it is dropped and nobody looks at it any more, not when the collector finds it.
 *
 * Memory  `maxBlocks` blocks, and those that are being looked at
 */
export class BlockCache {
  readonly #maxBlocks: number;
  // A Map iterates in the order of insertion: the first key is the one not used for longest.
  readonly #entries = new Map<number, Entry>();

  constructor(maxBlocks: number) {
    this.#maxBlocks = maxBlocks;
  }

  /**
   * Lets `look` at a block, made by `make` when it is not held. The content must not be looked at later. Others may wait for the same block: the
   * signal stops the waiting, not the making. One that cannot be made is not remembered.
   *
   * Throws  what `make` throws; the reason of the signal
   */
  async use(
    block: number,
    { make, look }: { make(): Promise<Content>; look(content: Content): void },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const entry = this.#entries.get(block) ?? this.#start(block, make);
    this.#entries.delete(block);
    this.#entries.set(block, entry);
    entry.users += 1;
    try {
      this.#dropOldest();
      look(await orAborted(entry.content, signal));
    } finally {
      entry.users -= 1;
      freeUnused(entry);
    }
  }

  #start(block: number, make: () => Promise<Content>): Entry {
    const entry: Entry = { content: make(), users: 0, isDropped: false };
    entry.content.catch(() => {
      if (this.#entries.get(block) === entry) {
        this.#entries.delete(block);
      }
    });
    return entry;
  }

  #dropOldest(): void {
    for (const [block, entry] of this.#entries) {
      if (this.#entries.size <= this.#maxBlocks) {
        return;
      }
      this.#entries.delete(block);
      entry.isDropped = true;
      freeUnused(entry);
    }
  }
}

function freeUnused(entry: Entry): void {
  if (entry.isDropped && entry.users === 0) {
    // One that failed has no memory, and its failure went to those who waited for it.
    void entry.content.then(freeMemory, () => undefined);
  }
}
