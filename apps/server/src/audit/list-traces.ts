import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/principal.ts";
import type { TraceFilter, TraceRecord } from "../ports/trace-catalog.ts";
import type { Limits } from "../quotas/limits.ts";
import { auditCaller } from "./audit-caller.ts";

/** What listing traces needs. */
export interface ListTracesDeps {
  readonly catalog: Pick<Catalog, "traces">;
  readonly clock: Clock;
  readonly limits: Pick<Limits, "traces">;
}

/** Which traces are asked for. */
export interface TraceQuery extends Omit<TraceFilter, "projectId" | "withUnassigned" | "from" | "to"> {
  /** Milliseconds since 1970; an hour before the end when it is not told. */
  readonly from: number | undefined;
  /** Now when it is not told. */
  readonly to: number | undefined;
  /** Id of the last trace of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** One page of traces, newest first. */
export interface TracesPage {
  readonly traces: readonly TraceRecord[];
  readonly hasMore: boolean;
}

export const dayMs = 24 * 3_600_000;
const defaultWindowMs = 3_600_000;

/**
 * Lists the traces of the caller's project, at most those of the last days. A query for one trace by its id asks for nothing else.
 *
 * Throws  identity.projectRequired, CTS.0002, CTS.0300
 */
export async function listTraces({ catalog, clock, limits }: ListTracesDeps, principal: Principal, query: TraceQuery): Promise<TracesPage> {
  const { projectId, seesUnassigned } = auditCaller(principal, "cts:trace:list");
  const now = clock.now();
  const oldest = now - limits.traces.shownDays * dayMs;
  const own = { projectId, withUnassigned: seesUnassigned };
  if (query.id !== undefined) {
    const traces = await catalog.traces.list({ ...own, id: query.id, from: oldest, to: Infinity }, { limit: 1 });
    return { traces: traces ?? [], hasMore: false };
  }
  const { after, limit, to = now, from = to - defaultWindowMs, ...conditions } = query;
  const filter = { ...conditions, ...own, from: Math.max(from, oldest), to };
  // One more than asked for tells whether there is a next page.
  const traces = await catalog.traces.list(filter, { after, limit: limit + 1 });
  if (traces === undefined) {
    throw new ServiceError("CTS.0300", { parameter: "next", problem: "is not the marker of a trace of this query" });
  }
  return { traces: traces.slice(0, limit), hasMore: traces.length > limit };
}
