import type { BlobId } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import type { StoreError } from "@tintype/store/store-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { NamedStore } from "../../ports/named-stores.ts";

const failures = new Set<string>(["store.io", "store.damaged", "store.missing"]);

/** What a store failed at although another one may do it: it cannot be reached, or what it holds is damaged. */
export function isFailureOfStore(error: unknown): error is StoreError {
  return isStoreError(error) && failures.has(error.code);
}

export function isNotFound(error: unknown): boolean {
  return isStoreError(error) && error.code === "store.notFound";
}

const restMs = 30_000;

/**
 * Remembers which stores could not be reached lately. Finding that out can take a minute, for which nobody shall wait who may be served by
 * another store; so such a store rests: for half a minute the others are asked before it.
 */
export class StoreWatch {
  readonly #restsUntil = new Map<string, number>();
  readonly #log: Log;
  readonly #clock: Clock;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  isResting({ name }: NamedStore): boolean {
    return (this.#restsUntil.get(name) ?? -Infinity) > this.#clock.now();
  }

  /** The same stores, those that rest behind the others. */
  restingLast<S extends NamedStore>(stores: readonly S[]): readonly S[] {
    return this.#restsUntil.size === 0
      ? stores
      : [...stores.filter((store) => !this.isResting(store)), ...stores.filter((store) => this.isResting(store))];
  }

  /** Tells the operator that a store was passed over. */
  passedOver({ name }: NamedStore, error: StoreError, blobId?: BlobId): void {
    if (error.code === "store.io") {
      this.#restsUntil.set(name, this.#clock.now() + restMs);
    }
    this.#log.warn({ err: error, store: name, blobId }, `The store "${name}" failed and was passed over`);
  }
}
