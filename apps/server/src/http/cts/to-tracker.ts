import type { Tracker } from "@tintype/contract/cts/trackers.ts";
import type { TrackerRecord } from "../../ports/tracker-catalog.ts";

/** A tracker as CTS shows it. */
export function toTracker(tracker: TrackerRecord): Tracker {
  const { place, problem } = tracker;
  const working = tracker.isEnabled ? ("enabled" as const) : ("disabled" as const);
  return {
    id: tracker.id,
    tracker_name: "system",
    tracker_type: "system",
    project_id: tracker.projectId,
    domain_id: tracker.domainId,
    create_time: tracker.createdAt,
    status: tracker.isEnabled && problem !== undefined ? "error" : working,
    ...(tracker.isEnabled && problem !== undefined && { detail: problem }),
    obs_info: {
      bucket_name: place?.bucket ?? "",
      file_prefix_name: place?.filePrefix ?? "",
      is_obs_created: tracker.madeBucket,
      is_authorized_bucket: place !== undefined,
      compress_type: place?.compression === "none" ? "json" : "gzip",
      is_sort_by_service: place?.isSortedByService ?? true,
    },
    lts: { is_lts_enabled: false, log_group_name: "", log_topic_name: "" },
    is_support_validate: false,
    is_support_trace_files_encryption: false,
  };
}
