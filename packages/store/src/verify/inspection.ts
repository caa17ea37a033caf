import type { StoreParts } from "../store-parts.ts";
import { ChunkRows } from "./chunk-rows.ts";
import { Faults } from "./faults.ts";
import type { VerifyTotals } from "./finding.ts";

type Counter = keyof VerifyTotals;

/**
 * One look at a store: what it works with, what it found, how far it is.
 *
 * Memory  what `Faults` holds, and at most 8 MiB of names of lists
 */
export class Inspection implements Disposable {
  readonly parts: StoreParts;
  readonly rows: ChunkRows;
  readonly faults = new Faults();
  /** Lists all of whose chunks were found whole, so that blobs that share them are not looked through again. */
  readonly soundLists = new BoundedSet();
  readonly signal: AbortSignal | undefined;
  readonly #onProgress: ((totals: VerifyTotals) => void) | undefined;
  readonly #totals: Record<Counter, number> = { blobs: 0, packs: 0, chunks: 0, bytesRead: 0, findings: 0, notes: 0 };

  constructor(
    parts: StoreParts,
    options: { readonly signal?: AbortSignal | undefined; readonly onProgress?: ((totals: VerifyTotals) => void) | undefined } = {},
  ) {
    this.parts = parts;
    this.rows = new ChunkRows(parts.index);
    this.signal = options.signal;
    this.#onProgress = options.onProgress;
  }

  get totals(): VerifyTotals {
    return { ...this.#totals };
  }

  count(more: Partial<VerifyTotals>): void {
    this.#totals.blobs += more.blobs ?? 0;
    this.#totals.packs += more.packs ?? 0;
    this.#totals.chunks += more.chunks ?? 0;
    this.#totals.bytesRead += more.bytesRead ?? 0;
    this.#totals.findings += more.findings ?? 0;
    this.#totals.notes += more.notes ?? 0;
    this.#onProgress?.(this.totals);
  }

  [Symbol.dispose](): void {
    this.faults[Symbol.dispose]();
  }
}

const mostSoundLists = 32_768;

/** Takes no more when it is full. */
class BoundedSet {
  readonly #keys = new Set<string>();

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  add(key: string): void {
    if (this.#keys.size < mostSoundLists) {
      this.#keys.add(key);
    }
  }
}
