import { ServiceError, isServiceError, renderError } from "@tintype/contract/service-error.ts";
import type { ErrorCode, ErrorData } from "@tintype/contract/service-error.ts";
import { isDiskError } from "@tintype/disk/core/disk-error.ts";
import type { JobError, JobRecord } from "@tintype/jobs/job-record.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { refusal } from "../images/check-rules.ts";
import { imageKeyRules, keyRefused } from "../images/key-rules.table.ts";
import type { ProjectId } from "../ports/ids.ts";
import { locationText } from "./file-location.ts";
import type { FileLocation } from "./file-location.ts";
import { serviceFailed } from "./service-failed.ts";
import { bucketIsThere } from "./transfer-rules.table.ts";

/** What a thrown value means for a file: its reader's own sentence with its code and what to do, that its key does not work, or that it is gone. */
export function fileRefused(location: FileLocation, error: unknown): unknown {
  if (isServiceError(error) && (error.code === "obs.NoSuchKey" || error.code === "obs.NoSuchBucket")) {
    return new ServiceError("IMG.0121", { file: locationText(location) }, { cause: error });
  }
  if (!isDiskError(error)) {
    return keyRefused(imageKeyRules, error);
  }
  const reason = `${error.message.replace(/\.$/, "")} (${error.code})`;
  const data: ErrorData = {
    file: locationText(location),
    problemEn: reason,
    problemZh: reason,
    remedyEn: error.remedy ?? "Check the file with `tintype disk info`, and upload it again.",
    remedyZh: error.remedy ?? "请用 tintype disk info 检查文件后重新上传。",
  };
  return new ServiceError("IMG.0057", data, { cause: error });
}

/** What a thrown value means for the place that a file is written to. */
export function targetRefused(target: FileLocation & { readonly projectId: ProjectId }, error: unknown): unknown {
  if (isServiceError(error) && error.code === "obs.ObjectAlreadyExists") {
    return new ServiceError("IMG.0070", { file: locationText(target) }, { cause: error });
  }
  if (isServiceError(error) && error.code === "obs.NoSuchBucket") {
    return refusal(bucketIsThere, { location: target, bucket: undefined, projectId: target.projectId });
  }
  return error;
}

/** Words what ended a transfer, for the job's row. What is no refusal of ours is told as a failure of the service. */
export function describeTransferError(error: unknown): JobError {
  if (isServiceError(error) && error.code.startsWith("IMG.")) {
    return jobError(error.code, error.data);
  }
  if (isStoreError(error) && error.code === "store.full") {
    return jobError("IMG.0014", {
      problemEn: "the storage of the service is full",
      problemZh: "服务的存储空间已满",
      remedyEn: "Ask the operator to make room, then start it again.",
      remedyZh: "请联系管理员释放空间后重新发起。",
    });
  }
  if (isStoreError(error) && error.code === "store.io") {
    return jobError("IMG.0014", {
      problemEn: "the storage of the service cannot be reached",
      problemZh: "无法访问服务的存储",
      remedyEn: "Try again later; if it happens again, tell the operator, whose log has the reason.",
      remedyZh: "请稍后重试；如再次出现，请告知管理员，日志中有原因。",
    });
  }
  if (isDiskError(error)) {
    return jobError("IMG.0014", {
      problemEn: `${error.message.replace(/\.$/, "")} (${error.code})`,
      problemZh: `${error.message.replace(/\.$/, "")} (${error.code})`,
      remedyEn: error.remedy ?? "Download the image's file, and check it with `tintype disk check`.",
      remedyZh: error.remedy ?? "请下载该镜像的文件，并用 tintype disk check 检查。",
    });
  }
  // Messages of other errors may name files and machines of the service; they are in the log.
  const inside = isStoreError(error) || isServiceError(error) ? error.code : undefined;
  const { code, data } = serviceFailed(error, {
    en: inside ?? "the log has the reason under the id of the task",
    zh: inside ?? "日志中有该任务 ID 对应的原因",
  });
  return jobError(code, data);
}

/** What a cancelled job says for itself. */
function cancelledError(): JobError {
  return jobError("IMG.0014", {
    problemEn: "it was cancelled",
    problemZh: "任务已被取消",
    remedyEn: "Start it again if it is still wanted.",
    remedyZh: "如仍需要，请重新发起。",
  });
}

/** An error of the contract for a job's row, in both of its languages. */
export function jobError(code: ErrorCode, data: ErrorData): JobError {
  return { code, message: renderError(code, data, "en"), messageZh: renderError(code, data, "zh") };
}

/** The error that clients of a job see, also of a cancelled one. */
export function errorOfJob(job: JobRecord): JobError | undefined {
  return job.status === "cancelled" ? cancelledError() : job.error;
}
