import type { Job } from "@tintype/contract/api/job.ts";
import type { CallOptions } from "./buckets.ts";
import { ApiError } from "./errors/api-error.ts";
import { SetupError } from "./errors/setup-error.ts";
import { isJsonObject, jsonObject, textOf } from "./http/json-object.ts";
import type { Session } from "./session/session.ts";

/** Tells whether a job has come to its end, whatever that was. */
export function hasEnded(job: Job): boolean {
  return job.status === "succeeded" || job.status === "failed" || job.status === "cancelled";
}

const PAGE_LIMIT = 100;

/**
 * Jobs, through our own API.
 *
 * Throws  ConnectionError, ApiError
 */
export class Jobs {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async get(id: string, options: CallOptions = {}): Promise<Job> {
    return readJob(await this.#session.json({ method: "GET", path: `/api/v1/jobs/${encodeURIComponent(id)}`, ...options }));
  }

  /**
   * Lists jobs, newest first, a page at a time as they are asked for.
   *
   * Memory  one page of at most 100 jobs
   */
  async *list(filter: { readonly status?: Job["status"] | undefined } = {}, options: CallOptions = {}): AsyncGenerator<Job> {
    for (let cursor: string | undefined; ;) {
      const query = { ...filter, cursor, limit: PAGE_LIMIT };
      const page = jsonObject(await this.#session.json({ method: "GET", path: "/api/v1/jobs", query, ...options }));
      yield* (Array.isArray(page["jobs"]) ? page["jobs"] : []).map(readJob);
      const next = textOf(page, "nextCursor");
      if (next === undefined || next === cursor) {
        return;
      }
      cursor = next;
    }
  }

  /** Asks a job to stop; it ends once what it did is undone. Harmless when it has ended. */
  async cancel(id: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.#session.json({ method: "POST", path: `/api/v1/jobs/${encodeURIComponent(id)}/cancel`, ...options });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "api.jobEnded")) {
        throw error;
      }
    }
  }
}

/** Believes the contract as far as nothing here would break without it. */
function readJob(value: unknown): Job {
  const job = jsonObject(value);
  if (textOf(job, "id") === undefined || textOf(job, "status") === undefined || !isJsonObject(job["progress"])) {
    throw new SetupError("What was answered as a job is none. Check that the address is that of a Tintype service.");
  }
  return value as Job; // the service validates its answers against this very schema
}
