import type { ListTracesQuery } from "@tintype/contract/cts/traces.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { TraceQuery } from "../../audit/list-traces.ts";
import type { TraceRating } from "../../ports/trace-catalog.ts";

const [defaultLimit, mostTraces] = [10, 200];
const longestValue = 512;

const ratings: ReadonlySet<string> = new Set<TraceRating>(["normal", "warning", "incident"]);

/** Reads the query of a list of traces; undefined when it asks for traces of a kind that there are none of. Throws CTS.0300 */
export function parseTraceQuery(query: ListTracesQuery): TraceQuery | undefined {
  for (const [parameter, value] of Object.entries(query)) {
    if (value.length > longestValue) {
      throw new ServiceError("CTS.0300", { parameter, problem: `is longer than ${longestValue} characters` });
    }
  }
  const { trace_type: type = "system", tracker_name: tracker = "system", trace_rating: rating } = query;
  if (type !== "system" && type !== "data") {
    throw new ServiceError("CTS.0300", { parameter: "trace_type", problem: "is neither system nor data" });
  }
  if (rating !== undefined && !isRating(rating)) {
    throw new ServiceError("CTS.0300", { parameter: "trace_rating", problem: "is not normal, warning or incident" });
  }
  const parsed = {
    after: query.next,
    limit: limitOf(query.limit),
    from: instantOf("from", query.from),
    to: instantOf("to", query.to),
    id: query.trace_id,
    service: query.service_type,
    resourceType: query.resource_type,
    resourceId: query.resource_id,
    resourceName: query.resource_name,
    name: query.trace_name,
    userName: query.user,
    rating,
  };
  return type === "system" && tracker === "system" ? parsed : undefined;
}

function isRating(text: string): text is TraceRating {
  return ratings.has(text);
}

function limitOf(text: string | undefined): number {
  const limit = text === undefined ? defaultLimit : Number(/^\d{1,4}$/.exec(text)?.[0]);
  if (!(limit >= 1 && limit <= mostTraces)) {
    throw new ServiceError("CTS.0300", { parameter: "limit", problem: `is not a number from 1 to ${mostTraces}` });
  }
  return limit;
}

function instantOf(parameter: string, text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const instant = Number(/^\d{1,15}$/.exec(text)?.[0]);
  if (Number.isNaN(instant)) {
    throw new ServiceError("CTS.0300", { parameter, problem: "is not a number of milliseconds since 1970" });
  }
  return instant;
}
