import type { TrackerBody } from "@tintype/contract/cts/trackers.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { PlaceRequest, TrackerRequest } from "../../audit/change-tracker.ts";

/** Reads what a tracker shall be. Throws CTS.0003, CTS.0202, CTS.0204, CTS.0205, CTS.0206, CTS.0220 */
export function parseTrackerBody(body: TrackerBody): TrackerRequest {
  checkTracker(body.tracker_type, body.tracker_name);
  if (body.data_bucket !== undefined) {
    throw new ServiceError("CTS.0206");
  }
  if (body.is_support_trace_files_encryption === true) {
    throw new ServiceError("CTS.0220");
  }
  const { status } = body;
  if (status !== undefined && status !== "enabled" && status !== "disabled") {
    throw new ServiceError("CTS.0205", { status: status.slice(0, 50) });
  }
  return { isEnabled: status === undefined ? undefined : status === "enabled", place: body.obs_info && placeOf(body.obs_info) };
}

/** There is one tracker, and it has one name. Throws CTS.0202, CTS.0204 */
export function checkTracker(type = "system", name = "system"): void {
  if (type !== "system") {
    throw new ServiceError("CTS.0202", { type: type.slice(0, 50) });
  }
  if (name !== "system") {
    throw new ServiceError("CTS.0204", { name: name.slice(0, 50) });
  }
}

function placeOf(info: NonNullable<TrackerBody["obs_info"]>): PlaceRequest {
  const { file_prefix_name: filePrefix, compress_type: compressType, is_sort_by_service: isSortedByService } = info;
  const compression = compressType?.toLowerCase();
  if (compression !== undefined && compression !== "gzip" && compression !== "json") {
    throw new ServiceError("CTS.0003", { problem: "obs_info.compress_type is neither gzip nor json" });
  }
  return {
    bucket: info.bucket_name,
    makesBucket: info.is_obs_created === true,
    ...(filePrefix !== undefined && { filePrefix }),
    ...(compression !== undefined && { compression: compression === "gzip" ? "gzip" : "none" }),
    ...(isSortedByService !== undefined && { isSortedByService }),
  };
}
