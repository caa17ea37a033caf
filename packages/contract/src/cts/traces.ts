import { Type } from "typebox";
import type { Static } from "typebox";

/** Query of `GET /v3/{project_id}/traces`. */
export const ListTracesQuery = Type.Object({
  trace_type: Type.Optional(Type.String({ description: "system (default); of data there are none" })),
  tracker_name: Type.Optional(Type.String({ description: "system" })),
  limit: Type.Optional(Type.String({ description: "1 to 200; 10 when absent" })),
  next: Type.Optional(Type.String({ description: "marker of the page before" })),
  from: Type.Optional(
    Type.String({ description: "milliseconds since 1970; an hour before the end when absent; never more than 7 days ago" }),
  ),
  to: Type.Optional(Type.String({ description: "milliseconds since 1970; now when absent" })),
  trace_id: Type.Optional(Type.String({ description: "only this trace, whatever the other parameters say" })),
  service_type: Type.Optional(Type.String({ description: "IMS, KMS, IAM …" })),
  resource_type: Type.Optional(Type.String()),
  resource_id: Type.Optional(Type.String()),
  resource_name: Type.Optional(Type.String()),
  trace_name: Type.Optional(Type.String()),
  trace_rating: Type.Optional(Type.String({ description: "normal, warning or incident" })),
  user: Type.Optional(Type.String({ description: "name of the user" })),
});
export type ListTracesQuery = Static<typeof ListTracesQuery>;

/** One trace, in answers and in files. Instants are milliseconds since 1970. */
export const Trace = Type.Object({
  trace_id: Type.String({ description: "UUID" }),
  trace_name: Type.String(),
  trace_type: Type.Enum(["ApiCall", "SystemAction"]),
  trace_rating: Type.Enum(["normal", "warning", "incident"], { description: "done, refused, failed" }),
  event_type: Type.Literal("system"),
  read_only: Type.Literal(false),
  tracker_name: Type.Literal("system"),
  service_type: Type.String(),
  resource_type: Type.String(),
  resource_id: Type.String(),
  resource_name: Type.String(),
  project_id: Type.Union([Type.String(), Type.Null()], { description: "null for calls outside any project" }),
  user: Type.Union(
    [
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        domain: Type.Object({ id: Type.String(), name: Type.String() }),
        access_key_id: Type.Optional(Type.String({ description: "when the call was signed" })),
        agency: Type.Optional(Type.String({ description: "agency that the user acted as" })),
      }),
      Type.Null(),
    ],
    { description: "null when nobody was known" },
  ),
  source_ip: Type.String(),
  code: Type.String({ description: "HTTP status; empty for what the service did by itself" }),
  error_code: Type.String({ description: "as the answer named it; empty when there was no refusal" }),
  request: Type.String({ description: "JSON without secrets, at most 4 KiB" }),
  response: Type.String({ description: "JSON without secrets, at most 4 KiB" }),
  message: Type.String(),
  request_id: Type.String(),
  api_version: Type.String(),
  location_info: Type.String({ description: "method and path" }),
  job_id: Type.Optional(Type.String({ description: "task that the call started, or that failed" })),
  time: Type.Integer(),
  record_time: Type.Integer(),
});
export type Trace = Static<typeof Trace>;

/** Answer of `GET /v3/{project_id}/traces`, newest first. */
export const ListTracesAnswer = Type.Object(
  {
    traces: Type.Array(Trace),
    meta_data: Type.Object({
      count: Type.Integer(),
      marker: Type.Union([Type.String(), Type.Null()], { description: "id of the last trace; null on the last page" }),
    }),
  },
  { description: "One page of traces" },
);
export type ListTracesAnswer = Static<typeof ListTracesAnswer>;
