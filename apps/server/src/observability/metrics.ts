import type { JobEvent } from "@tintype/jobs/job-event.ts";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** One answered request. */
export interface AnsweredRequest {
  /** The route's pattern, never the path itself: paths are without number. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

/** What the HTTP side measures. */
export interface HttpMetrics {
  observeRequest(request: AnsweredRequest): void;
}

/** Bytes and counts that the store reports when it is asked. */
export interface StoreTotals {
  readonly packs: number;
  readonly chunks: number;
  readonly storedBytes: number;
}

const secondsBuckets = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

/** The measurements of one server, and their text for Prometheus. */
export class Metrics implements HttpMetrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<"route" | "method" | "status">;
  readonly #steps: Histogram<"kind" | "step" | "outcome">;
  readonly #jobs: Counter<"kind" | "status">;

  readonly #scrubbedBytes: Counter<"store">;
  readonly #damages: Counter<"store">;
  readonly #scrubRounds: Counter<"store">;
  readonly #lostTraces: Counter;

  constructor() {
    const registers = [this.#registry];
    this.#requests = new Histogram({
      name: "tintype_http_requests_seconds",
      help: "Time to answer a request",
      registers,
      buckets: secondsBuckets,
      labelNames: ["route", "method", "status"],
    });
    this.#steps = new Histogram({
      name: "tintype_job_steps_seconds",
      help: "Time a step of a job took",
      registers,
      buckets: secondsBuckets,
      labelNames: ["kind", "step", "outcome"],
    });
    this.#jobs = new Counter({ name: "tintype_jobs_total", help: "Jobs that ended", labelNames: ["kind", "status"], registers });
    const perStore = { registers, labelNames: ["store"] as const };
    this.#scrubbedBytes = new Counter({ name: "tintype_store_scrubbed_bytes_total", help: "Bytes of the store read again", ...perStore });
    this.#damages = new Counter({
      name: "tintype_store_damages_total",
      help: "Damaged places of the store, each counted once",
      ...perStore,
    });
    this.#scrubRounds = new Counter({ name: "tintype_store_scrub_rounds_total", help: "Times that all was read again", ...perStore });
    this.#lostTraces = new Counter({ name: "tintype_audit_failures_total", help: "Audit traces that could not be kept", registers });
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Asks for the stores' totals whenever the measurements are read. */
  watchStores(stores: readonly { readonly name: string; readonly totals: () => Promise<StoreTotals> }[]): void {
    const labelNames = ["store"] as const;
    const bytes = new Gauge({
      name: "tintype_store_bytes",
      help: "Bytes of chunks in the store, as stored",
      registers: [],
      labelNames,
      async collect() {
        for (const { name, totals } of stores) {
          this.set({ store: name }, (await totals()).storedBytes);
        }
      },
    });
    const chunks = new Gauge({
      name: "tintype_store_chunks",
      help: "Chunks in the store",
      registers: [],
      labelNames,
      async collect() {
        for (const { name, totals } of stores) {
          this.set({ store: name }, (await totals()).chunks);
        }
      },
    });
    this.#registry.registerMetric(bytes);
    this.#registry.registerMetric(chunks);
    for (const { name } of stores) {
      // What was never counted is told as 0, so that an alert sees the first one.
      this.observeScrub({ store: name, bytesRead: 0, wrapped: false });
      this.#damages.inc({ store: name }, 0);
    }
  }

  observeRequest({ route, method, status, seconds }: AnsweredRequest): void {
    this.#requests.observe({ route, method, status: String(status) }, seconds);
  }

  observeJob({ event, kind = "unknown", step = "", durationMs, status = "" }: JobEvent): void {
    if (event === "jobEnded") {
      this.#jobs.inc({ kind, status });
    } else if (durationMs !== undefined && (event === "stepFinished" || event === "stepFailed" || event === "stepRetried")) {
      this.#steps.observe({ kind, step, outcome: event === "stepFinished" ? "finished" : "failed" }, durationMs / 1000);
    }
  }

  observeScrub({ store, bytesRead, wrapped }: { store: string; bytesRead: number; wrapped: boolean }): void {
    this.#scrubbedBytes.inc({ store }, bytesRead);
    this.#scrubRounds.inc({ store }, wrapped ? 1 : 0);
  }

  observeDamage(store: string): void {
    this.#damages.inc({ store });
  }

  observeAuditFailure(count: number): void {
    this.#lostTraces.inc(count);
  }

  /** The text that Prometheus reads, and its content type. */
  async render(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
