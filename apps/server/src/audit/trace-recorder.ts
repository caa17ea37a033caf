import { setImmediate as aTurn } from "node:timers/promises";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { TraceRecord } from "../ports/trace-catalog.ts";
import type { Limits } from "../quotas/limits.ts";
import { resourceOfCall } from "./resource-of-call.ts";
import { traceOfCall } from "./trace-of-call.ts";
import type { AnsweredCall } from "./traced-call.ts";
import { traceOfUntraced, UnknownCallers } from "./unknown-callers.ts";

/** What is counted about the audit trail. */
export interface AuditMetrics {
  /** So many traces could not be kept. */
  observeAuditFailure(count: number): void;
}

/** What recording needs. */
export interface RecorderDeps {
  readonly catalog: Pick<Catalog, "traces" | "jobs" | "flush">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: AuditMetrics;
  readonly limits: Pick<Limits, "traces">;
}

/** Keeps traces. A trace that cannot be kept is logged and counted, and what it is about goes on. */
export interface TraceRecorder {
  /**
   * The trace, and what the call changed before, is durable when it returns. Throws only where that cannot be had. A refused call of nobody
   * known may be counted instead, see `UnknownCallers`.
   */
  recordCall(call: AnsweredCall): Promise<void>;
  /** Records what was counted instead of traced, when its minute is over, or at once when the service stops. */
  recordUntraced(options?: { readonly isStopping?: boolean }): Promise<void>;
  record(trace: TraceRecord): Promise<void>;
}

/** Traces that are written together at most. */
const mostTogether = 100;

/**
 * Makes a recorder. Traces that come while others are being written wait, and are then written together: a busy service pays for durability
 * once for many.
 *
 * Memory  the traces that wait: at most 12 KiB for every call under way
 */
export function traceRecorder(deps: RecorderDeps): TraceRecorder {
  const writer = new TogetherWriter(deps);
  const unknown = new UnknownCallers(deps.limits.traces.unknownPerMinute);
  const recorder: TraceRecorder = {
    async recordCall(call) {
      if (isOfNobody(call)) {
        await recorder.recordUntraced();
        if (!unknown.admits(call.words, deps.clock.now())) {
          return;
        }
      }
      try {
        const resource = await completed(deps, resourceOfCall(call));
        await writer.write(traceOfCall(call, { id: deps.ids.uuid(), at: deps.clock.now(), resource }));
      } catch (error) {
        const { words, method, path, requestId } = call;
        loseTrace(deps, error, { ...words, method, path: path.slice(0, 200), requestId });
        // What the call changed was to be made durable by its trace.
        await deps.catalog.flush();
      }
    },
    async record(trace) {
      try {
        await writer.write(trace);
      } catch (error) {
        const { service, name, resourceId, jobId } = trace;
        loseTrace(deps, error, { service, name, resourceId, jobId });
      }
    },
    async recordUntraced({ isStopping = false } = {}) {
      const now = deps.clock.now();
      const untraced = unknown.turn(now, isStopping ? { isOver: true } : {});
      if (untraced !== undefined) {
        const trace = traceOfUntraced(untraced, { id: deps.ids.uuid(), at: now });
        deps.log.warn({ traceId: trace.id }, trace.message);
        await recorder.record(trace);
      }
    },
  };
  return recorder;
}

/** A call that was not refused may have changed something, whoever called. */
function isOfNobody({ principal, traced, status }: AnsweredCall): boolean {
  return principal === undefined && traced?.principal === undefined && status >= 400;
}

/** A call that started a job and names nothing is about what the job is about: the image that it makes. */
async function completed<R extends { readonly id: string; readonly jobId: string | undefined }>(
  deps: RecorderDeps,
  resource: R,
): Promise<R> {
  if (resource.id !== "" || resource.jobId === undefined) {
    return resource;
  }
  const job = await deps.catalog.jobs.get(resource.jobId);
  return { ...resource, id: job?.subjectId ?? "" };
}

/** The log keeps what little it may of a trace that the catalog could not take. */
function loseTrace({ log, metrics }: RecorderDeps, error: unknown, trace: object): void {
  metrics.observeAuditFailure(1);
  log.error({ err: error, trace }, "A trace could not be kept");
}

interface Waiting {
  readonly trace: TraceRecord;
  readonly settle: PromiseWithResolvers<void>;
}

class TogetherWriter {
  readonly #catalog: RecorderDeps["catalog"];
  #waiting: Waiting[] = [];
  #isWriting = false;

  constructor({ catalog }: RecorderDeps) {
    this.#catalog = catalog;
  }

  /** Throws what the catalog throws; then others that were written together are lost too. */
  async write(trace: TraceRecord): Promise<void> {
    const settle = Promise.withResolvers<void>();
    this.#waiting.push({ trace, settle });
    if (!this.#isWriting) {
      void this.#writeAll();
    }
    await settle.promise;
  }

  /** Never rejects. */
  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      // An embedded database answers at once, so that a call would be through before the next one is looked at: those that came with it
      // get the time to come this far.
      await aTurn();
      const together = this.#waiting.splice(0, mostTogether);
      try {
        await this.#catalog.traces.append(together.map(({ trace }) => trace));
        together.forEach(({ settle }) => settle.resolve());
      } catch (error) {
        together.forEach(({ settle }) => settle.reject(error));
      }
    }
    this.#isWriting = false;
  }
}
