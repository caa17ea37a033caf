import type { ImageTask } from "@tintype/contract/image-v2/imports.ts";
import type { JobRecord, JobStatus } from "@tintype/jobs/job-record.ts";
import { withoutKeys } from "../../image-imports/import-method.ts";
import type { ImportMethod } from "../../image-imports/import-method.ts";
import { taskWorkOf } from "../../image-imports/import-work.ts";
import { errorOfJob } from "../../transfers/transfer-error.ts";
import { toInstant } from "../to-instant.ts";

export const tasksPath = "/v2/tasks";
const bytesPerMiB = 1024 * 1024;

/** The words for where a task stands, and the statuses of jobs that are called so. */
export const taskStatuses: Readonly<Record<ImageTask["status"], readonly JobStatus[]>> = {
  pending: ["queued"],
  processing: ["running"],
  success: ["succeeded"],
  failure: ["failed", "cancelled"],
};

const statusOf = (status: JobStatus): ImageTask["status"] =>
  (Object.keys(taskStatuses) as ImageTask["status"][]).find((word) => taskStatuses[word].includes(status)) ?? "processing";

/** Ids of jobs are 32 hex digits, those of tasks are UUIDs: the same digits. */
export function toTaskId(jobId: string): string {
  return jobId.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export function toJobId(taskId: string): string {
  return taskId.replaceAll("-", "").toLowerCase();
}

/** Shows the job of an import as the Image API shows tasks. */
export function toTask(job: JobRecord): ImageTask {
  const { imageId, method, type, requestId, bearer, stores } = taskWorkOf(job);
  const shown = withoutKeys(method);
  const isApi = type === "api_image_import";
  return {
    ...toListedTask(job),
    type,
    image_id: imageId,
    request_id: requestId,
    user_id: bearer.agencyId ?? bearer.userId,
    input: isApi ? { image_id: imageId, import_req: { method: toMethod(shown) }, backend: stores } : inputOf(shown, imageId),
    result: job.status === "succeeded" ? { image_id: imageId } : null,
    message: messageOf(job),
  };
}

/** A task as lists of all of them show it. */
export function toListedTask(job: JobRecord): Omit<ImageTask, "input" | "result" | "message"> {
  const { imageId, type, requestId, bearer } = taskWorkOf(job);
  const id = toTaskId(job.id);
  return {
    id,
    type,
    status: statusOf(job.status),
    owner: job.projectId,
    image_id: imageId,
    request_id: requestId,
    user_id: bearer.agencyId ?? bearer.userId,
    expires_at: null,
    created_at: toInstant(job.createdAt),
    updated_at: toInstant(job.finishedAt ?? job.startedAt ?? job.createdAt),
    self: `${tasksPath}/${id}`,
    schema: "/v2/schemas/task",
  };
}

/** Of tasks that have an input of their own kind. */
function inputOf(method: ImportMethod, imageId: string): Readonly<Record<string, string>> {
  if (method.name === "web-download") {
    return { import_from: method.uri };
  }
  return { image_id: imageId, ...("uri" in method && { loc_url: method.uri }) };
}

function toMethod(method: ImportMethod): Readonly<Record<string, string>> {
  if (method.name !== "glance-download") {
    return { name: method.name, ...("uri" in method && { uri: method.uri }) };
  }
  const { name, region, imageId, endpointInterface } = method;
  return { name, glance_region: region, glance_image_id: imageId, glance_service_interface: endpointInterface };
}

/** Why it failed, or how much came. */
function messageOf(job: JobRecord): string {
  const error = job.finishedAt === undefined ? undefined : errorOfJob(job);
  if (error !== undefined) {
    return error.message;
  }
  const stored = job.steps.find(({ name }) => name === "store")?.output;
  const bytes = lengthOf(stored) ?? job.progress.doneBytes;
  return job.status === "queued" ? "" : `Copied ${Math.floor(bytes / bytesPerMiB)} MiB`;
}

/** Length of the file that the first step brought, from its output. */
function lengthOf(output: unknown): number | undefined {
  const { received } = (output ?? {}) as { readonly received?: { readonly file?: { readonly lengthBytes?: number } } };
  return received?.file?.lengthBytes;
}
