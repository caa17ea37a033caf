import { Type } from "typebox";
import type { Static } from "typebox";

const ObsInfoBody = Type.Object({
  bucket_name: Type.Optional(Type.String({ description: "a bucket of the project; empty to save nothing" })),
  file_prefix_name: Type.Optional(Type.String({ description: "up to 64 letters, digits, - _ ." })),
  is_obs_created: Type.Optional(Type.Boolean({ description: "true: make the bucket" })),
  compress_type: Type.Optional(Type.String({ description: "gzip (default) or json" })),
  is_sort_by_service: Type.Optional(Type.Boolean({ description: "whether paths end with the service; true when absent" })),
});

/** Body of `POST` and `PUT /v3/{project_id}/tracker`. Fields that are null count as absent; fields that are not listed are ignored. */
export const TrackerBody = Type.Object(
  {
    tracker_type: Type.Optional(Type.String({ description: "system" })),
    tracker_name: Type.Optional(Type.String({ description: "system" })),
    status: Type.Optional(Type.String({ description: "enabled or disabled; to change only" })),
    obs_info: Type.Optional(ObsInfoBody),
    is_lts_enabled: Type.Optional(Type.Unknown({ description: "not supported: ignored, and answered as false" })),
    is_support_validate: Type.Optional(Type.Unknown({ description: "not supported: ignored, and answered as false" })),
    is_support_trace_files_encryption: Type.Optional(Type.Boolean({ description: "not supported: refused when true" })),
    data_bucket: Type.Optional(Type.Unknown({ description: "refused" })),
  },
  { additionalProperties: true },
);
export type TrackerBody = Static<typeof TrackerBody>;

/** Query of the calls that show and delete trackers. */
export const TrackersQuery = Type.Object({
  tracker_name: Type.Optional(Type.String()),
  tracker_type: Type.Optional(Type.String()),
});

/** A tracker. */
export const Tracker = Type.Object({
  id: Type.String({ description: "UUID" }),
  tracker_name: Type.Literal("system"),
  tracker_type: Type.Literal("system"),
  project_id: Type.String(),
  domain_id: Type.String(),
  create_time: Type.Integer({ description: "milliseconds since 1970" }),
  status: Type.Enum(["enabled", "disabled", "error"]),
  detail: Type.Optional(Type.String({ description: "noBucket, when the status is error" })),
  obs_info: Type.Object({
    bucket_name: Type.String(),
    file_prefix_name: Type.String(),
    is_obs_created: Type.Boolean(),
    is_authorized_bucket: Type.Boolean(),
    compress_type: Type.Enum(["gzip", "json"]),
    is_sort_by_service: Type.Boolean(),
  }),
  lts: Type.Object({ is_lts_enabled: Type.Literal(false), log_group_name: Type.String(), log_topic_name: Type.String() }),
  is_support_validate: Type.Literal(false),
  is_support_trace_files_encryption: Type.Literal(false),
});
export type Tracker = Static<typeof Tracker>;

/** Answer of `GET /v3/{project_id}/trackers`. */
export const ListTrackersAnswer = Type.Object({ trackers: Type.Array(Tracker) });
export type ListTrackersAnswer = Static<typeof ListTrackersAnswer>;
