import type { DamagedPlace } from "@tintype/store/store-error.ts";
import type { DamagedBlob } from "@tintype/store/store-parts.ts";
import type { Log } from "../ports/log.ts";

/** Where damages are counted. */
export interface DamageMetrics {
  observeDamage(store: string): void;
}

const mostPlaces = 100_000;

/**
 * Counts damages of the stores, whoever comes upon them: the scrub, a verification, or somebody who reads. A place is counted once, however
 * often it is met.
 *
 * Memory  about 200 bytes a place, at most 100,000 places; what was met longest ago is forgotten first, and counted again
 */
export class DamageTally {
  readonly #log: Pick<Log, "warn">;
  readonly #metrics: DamageMetrics;
  readonly #places = new Set<string>();

  constructor({ log, metrics }: { readonly log: Pick<Log, "warn">; readonly metrics: DamageMetrics }) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Counts a damage; answers whether it is the first time that it is met. */
  count(store: string, { file = "", chunk = "", offset }: DamagedPlace): boolean {
    const place = [store, file, offset ?? chunk].join(" ");
    const isNew = !this.#places.delete(place);
    this.#places.add(place);
    const [oldest] = this.#places;
    if (this.#places.size > mostPlaces && oldest !== undefined) {
      this.#places.delete(oldest);
    }
    if (isNew) {
      this.#metrics.observeDamage(store);
    }
    return isNew;
  }

  /** Counts what a reader came upon. The operator is told of its blob, and of the image or object that the blob was written for. */
  countRead(store: string, { blobId, record = {}, error }: DamagedBlob): void {
    if (this.count(store, error.place ?? {})) {
      this.#log.warn({ store, blobId, ...writtenFor(record), ...error.place }, error.message);
    }
  }

  /** Counts what a verification found; `facts` are for the log. */
  countFound(store: string, { message, ...facts }: DamagedPlace & { readonly message: string }): void {
    if (this.count(store, facts)) {
      this.#log.warn({ store, ...facts }, message);
    }
  }
}

/** What a blob's record says that it was written for. */
function writtenFor({ image, bucket, key }: NonNullable<DamagedBlob["record"]>): object {
  if (typeof image === "object" && image !== null) {
    return { imageId: "id" in image ? image.id : undefined, imageName: "name" in image ? image.name : undefined };
  }
  return bucket === undefined ? {} : { bucket, key };
}
