import type { Trace } from "@tintype/contract/cts/traces.ts";
import type { TraceRecord, TraceUser } from "../../ports/trace-catalog.ts";

/** A trace as CTS shows it, in answers and in files. */
export function toTrace(trace: TraceRecord): Trace {
  return {
    trace_id: trace.id,
    trace_name: trace.name,
    trace_type: trace.kind === "call" ? "ApiCall" : "SystemAction",
    trace_rating: trace.rating,
    event_type: "system",
    read_only: false,
    tracker_name: "system",
    service_type: trace.service,
    resource_type: trace.resourceType,
    resource_id: trace.resourceId,
    resource_name: trace.resourceName,
    project_id: trace.projectId ?? null,
    user: trace.user === undefined ? null : toUser(trace.user),
    source_ip: trace.sourceIp,
    code: trace.status === undefined ? "" : String(trace.status),
    error_code: trace.errorCode,
    request: trace.request,
    response: trace.response,
    message: trace.message,
    request_id: trace.requestId,
    api_version: trace.apiVersion,
    location_info: trace.location,
    ...(trace.jobId !== undefined && { job_id: trace.jobId }),
    time: trace.at,
    record_time: trace.at,
  };
}

function toUser({ id, name, domainId, domainName, accessKeyId, agency }: TraceUser): NonNullable<Trace["user"]> {
  return {
    id,
    name,
    domain: { id: domainId, name: domainName },
    ...(accessKeyId !== undefined && { access_key_id: accessKeyId }),
    ...(agency !== undefined && { agency }),
  };
}
