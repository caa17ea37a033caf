import type { Selectable } from "kysely";
import type { ProjectId } from "../../ports/ids.ts";
import type { TraceRating, TraceRecord } from "../../ports/trace-catalog.ts";
import type { TracesTables } from "./traces-tables.ts";

/** A row of the table of traces. */
export type TraceRow = Selectable<TracesTables["traces"]>;

/** What lies in the column `details`: all that nobody searches for. */
type Details = Pick<
  TraceRecord,
  "kind" | "user" | "sourceIp" | "status" | "errorCode" | "request" | "response" | "message" | "requestId" | "apiVersion" | "location"
>;

/** A trace as a row. */
export function toTraceRow(trace: TraceRecord, number: number): TraceRow {
  const { kind, user, sourceIp, status, errorCode, request, response, message, requestId, apiVersion, location } = trace;
  const details: Details = { kind, user, sourceIp, status, errorCode, request, response, message, requestId, apiVersion, location };
  return {
    number,
    id: trace.id,
    project_id: trace.projectId ?? "",
    made_at: trace.at,
    rating: trace.rating,
    service: trace.service,
    resource_type: trace.resourceType,
    name: trace.name,
    resource_id: trace.resourceId,
    resource_name: trace.resourceName,
    user_name: user?.name ?? "",
    job_id: trace.jobId ?? null,
    details: JSON.stringify(details),
  };
}

/** A row as a trace. The casts read back what `toTraceRow` wrote; nothing else writes this table. */
export function toTraceRecord(row: TraceRow): TraceRecord {
  const { user, status, ...details } = JSON.parse(row.details) as Details;
  return {
    ...details,
    id: row.id,
    projectId: row.project_id === "" ? undefined : (row.project_id as ProjectId),
    at: row.made_at,
    rating: row.rating as TraceRating,
    service: row.service,
    resourceType: row.resource_type,
    name: row.name,
    resourceId: row.resource_id,
    resourceName: row.resource_name,
    jobId: row.job_id ?? undefined,
    user,
    status,
  };
}
