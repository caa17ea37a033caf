import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { checkRules } from "../images/check-rules.ts";
import { imageCaller } from "../images/image-caller.ts";
import { chooseImageKey } from "../images/image-keys.ts";
import type { EncryptionRequest } from "../images/image-keys.ts";
import type { ImageTag } from "../images/image-tags.ts";
import { tagText } from "../images/image-tags.ts";
import { resolveOs } from "../images/resolve-os.ts";
import type { ResolvedOs } from "../images/resolve-os.ts";
import { valueRules } from "../images/value-rules.table.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Architecture, Firmware, ImageEncryption, ImageRecord, OsType } from "../ports/image-catalog.ts";
import type { Ids, ImageId, JobId, ProjectId } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveImage } from "../quotas/reserve-image.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import { locationText, parseFileLocation } from "./file-location.ts";
import type { FileLocation } from "./file-location.ts";
import { findFile } from "./find-file.ts";
import type { ImportInput } from "./import-work.ts";
import { importJobKind } from "./import-work.ts";
import { importRules } from "./transfer-rules.table.ts";

/** A system image to be made from a file in a bucket. */
export interface ImportRequest {
  readonly name: string;
  readonly description: string;
  /** `bucket:object` */
  readonly file: string;
  readonly minDiskGiB: number | undefined;
  readonly minRamMiB: number;
  readonly maxRamMiB: number;
  readonly osVersion: string | undefined;
  readonly osType: OsType | undefined;
  readonly architecture: Architecture;
  /** UEFI on ARM and BIOS elsewhere when it is not told. */
  readonly firmware: Firmware | undefined;
  readonly tags: readonly ImageTag[];
  readonly enterpriseProjectId: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Undefined when it shall not be encrypted. */
  readonly encryption: EncryptionRequest | undefined;
}

/** What the parts of this use case need. */
export interface ImportImageDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly keys: KeyService;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/**
 * Starts the making of an image from a file: its values and its file are judged, and its place in the quota is taken, before this
 * returns; what is inside the file is judged by the job.
 *
 * Throws  IMG.0026; the rules for values, for file addresses, for keys and for files; IMG.0015, IMG.0060
 */
export async function importImage(deps: ImportImageDeps, principal: Principal, request: ImportRequest): Promise<JobId> {
  const { projectId } = imageCaller(principal, "ims:serverImages:create");
  const { limits } = deps;
  const os = resolveOs(request);
  checkRules(valueRules, { ...request, osBit: os.osBit, limits });
  const { minDiskGiB } = request;
  if (minDiskGiB === undefined) {
    throw minDiskMissing();
  }
  const location = parseFileLocation(request.file);
  const encryption = request.encryption && (await chooseImageKey(deps.keys, projectId, request.encryption));
  const image = plannedImage(deps, { request: { ...request, minDiskGiB }, os, location, projectId, encryption });
  // The port makes 32 hex digits, which is what names of jobs and blobs are.
  const jobId = deps.ids.hex32() as JobId;
  const blobId = deps.ids.hex32() as BlobId;
  const input: ImportInput = { imageId: image.id, imageName: image.name, blobId, ...location, minDiskGiB };
  await deps.catalog.transaction(async (catalog) => {
    checkRules(importRules, await findFile(catalog, { location, projectId, limits }));
    await reserveImage(catalog, limits, image);
    const job = newJob({ id: jobId, kind: importJobKind, projectId, subjectId: image.id, input: { ...input }, now: deps.clock.now() });
    await reserveJob(catalog, limits, job);
  });
  deps.jobs.dispatch(jobId);
  return jobId;
}

function minDiskMissing(): ServiceError {
  return new ServiceError("IMG.0055", {
    fieldEn: "The size of the system disk",
    fieldZh: "系统盘大小",
    problemEn: "it is missing",
    problemZh: "未填写",
    remedyEn: "Give the size of the system disk in GiB, at least the size of the disk in the file.",
    remedyZh: "请填写系统盘大小（GB），不小于文件中磁盘的大小。",
  });
}

interface Plan {
  readonly request: ImportRequest & { readonly minDiskGiB: number };
  readonly os: ResolvedOs;
  readonly location: FileLocation;
  readonly projectId: ProjectId;
  readonly encryption: ImageEncryption | undefined;
}

function plannedImage(deps: Pick<ImportImageDeps, "ids" | "clock">, { request, os, location, projectId, encryption }: Plan): ImageRecord {
  const { name, description, minDiskGiB, minRamMiB, maxRamMiB, architecture, enterpriseProjectId, properties } = request;
  const now = deps.clock.now();
  return {
    name,
    description,
    minDiskGiB,
    minRamMiB,
    maxRamMiB,
    architecture,
    enterpriseProjectId,
    properties,
    projectId,
    encryption,
    osType: os.osType,
    osBit: os.osBit,
    osVersion: os.osVersion,
    platform: os.platform,
    // The port makes UUIDs, which is what names of images are.
    id: deps.ids.uuid() as ImageId,
    status: "queued",
    visibility: "private",
    protected: false,
    kind: "system",
    containerFormat: "bare",
    diskFormat: "zvhd2",
    disks: [],
    firmware: request.firmware ?? (architecture === "arm" ? "uefi" : "bios"),
    origin: `file,${locationText(location)}`,
    sourceFormat: undefined,
    tags: request.tags.map(tagText),
    createdAt: now,
    updatedAt: now,
    activeAt: undefined,
    lineage: {},
    isPublished: false,
    memberCount: 0,
  };
}
