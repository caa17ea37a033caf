import type { Job } from "@tintype/contract/api/job.ts";
import type { CatalogBackup, CollectionRequest, ImageWeight, StoreStats, VerificationRequest } from "@tintype/contract/api/store.ts";
import type { CallOptions } from "./buckets.ts";
import type { Session } from "./session/session.ts";

/**
 * The service's store, for administrators.
 *
 * Throws  ConnectionError, ApiError
 */
export class Store {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async stats(options: CallOptions = {}): Promise<StoreStats> {
    // The service validates its answers against this very schema.
    return (await this.#session.json({ method: "GET", path: "/api/v1/store", ...options })) as StoreStats;
  }

  /** What an image takes, and what deleting it would free. */
  async weigh(imageId: string, options: CallOptions = {}): Promise<ImageWeight> {
    const path = `/api/v1/store/images/${encodeURIComponent(imageId)}`;
    return (await this.#session.json({ method: "GET", path, ...options })) as ImageWeight;
  }

  /** Starts a collection; the job's result is a `CollectionReport`. */
  async collect(body: CollectionRequest, options: CallOptions = {}): Promise<Job> {
    return (await this.#session.json({ method: "POST", path: "/api/v1/store/collections", body, ...options })) as Job;
  }

  /** Starts a verification; the job's result is a `VerificationReport`. */
  async verify(body: VerificationRequest, options: CallOptions = {}): Promise<Job> {
    return (await this.#session.json({ method: "POST", path: "/api/v1/store/verifications", body, ...options })) as Job;
  }

  /** Copies the catalog; answers where the copy is. */
  async backUp(options: CallOptions = {}): Promise<string> {
    return ((await this.#session.json({ method: "POST", path: "/api/v1/store/backups", ...options })) as CatalogBackup).place;
  }
}
