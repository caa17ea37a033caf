import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DetectedFormat } from "@tintype/disk/core/disk-format.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import { requireEnterpriseProject } from "../enterprise-projects/require-enterprise-project.ts";
import { checkRules } from "../images/check-rules.ts";
import { requireEncryptionRights, requireFileRights, requireSourceDeletion } from "../identity/require-file-rights.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import { chooseImageKey } from "../images/image-keys.ts";
import type { OsLists } from "../os-lists/known-systems.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Ids, ImageId, JobId } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveImage } from "../quotas/reserve-image.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import { locationText, parseFileLocation } from "./file-location.ts";
import { findImportFile } from "./find-import-file.ts";
import type { FileSearch } from "./find-import-file.ts";
import type { FileImport } from "./import-request.ts";
import { importRules, importTaskRules } from "./import-rules.table.ts";
import { importKinds } from "./import-work.ts";
import type { ImportInput, ImportKind, ImportPart, PlannedNames } from "./import-work.ts";
import { judgeAskedImport, wayOf } from "./judge-asked-import.ts";
import { peekFormat } from "./peek-format.ts";
import { plannedImage } from "./planned-image.ts";
import { requireFileKey } from "./require-file-key.ts";

/** Images to be made from files, in one task. */
export interface ImportRequest {
  readonly action: Action;
  /** The system image first, where there is one. At least one. */
  readonly images: readonly FileImport[];
  /** True when the caller named a list of data disks, however short it is. */
  readonly isList: boolean;
  /** True when the files shall be deleted once the images are there. */
  readonly deletesSources?: boolean | undefined;
}

/** What the parts of this use case need. */
export interface ImportFilesDeps {
  readonly catalog: Catalog;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly keys: KeyService;
  readonly osLists: OsLists;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/** One image as it will begin, and what the task is told of it. */
interface PlannedImport {
  readonly image: ImageRecord;
  readonly part: ImportPart;
  readonly search: FileSearch;
}

/**
 * Starts the making of images from files: their values and files are judged, and their places in the quota are taken, all or none, before
 * this returns; what is inside the files is judged by the task.
 *
 * Throws  IMG.0026; the rules for values, for file addresses, for keys and for files; IMG.0123, IMG.0194, IMG.0155, IMG.0015, IMG.0060
 */
export async function importFiles(deps: ImportFilesDeps, principal: Principal, request: ImportRequest): Promise<JobId> {
  const caller = imageCaller(principal, request.action);
  const { limits } = deps;
  checkTogether(request, limits);
  const planned: PlannedImport[] = [];
  if (request.images.some(({ encryption }) => encryption !== undefined)) {
    requireEncryptionRights(principal);
  }
  for (const image of request.images) {
    const plan = await planImport(deps, caller, image);
    requireFileRights(principal, "read", plan.search.location);
    if (request.deletesSources === true) {
      requireSourceDeletion(principal, plan.search.location);
    }
    planned.push(plan);
  }
  const formats = await lookAtFiles(deps, principal, planned);
  const isArchive = !request.isList && formats[0] === "ova" && request.images[0]?.kind !== "data";
  const input: ImportInput = {
    imageName: planned[0]?.image.name ?? "",
    parts: planned.map(({ part }) => part),
    isArchive,
    ...(request.deletesSources === true && { deletesSources: true }),
    spares: isArchive ? Array.from({ length: limits.imports.maxDataDisks }, () => newNames(deps.ids)) : [],
  };
  // The port makes 32 hex digits.
  const jobId = deps.ids.hex32() as JobId;
  await deps.catalog.transaction(async (catalog) => {
    for (const { image, search } of planned) {
      checkRules(importRules, await findImportFile(catalog, search));
      await requireEnterpriseProject(catalog, principal, { id: image.enterpriseProjectId });
      await reserveImage(catalog, limits, image);
    }
    const [kind, subjectId] = [kindOf(request, isArchive), planned[0]?.image.id];
    const job = newJob({ id: jobId, kind, projectId: caller.projectId, subjectId, input: { ...input }, now: deps.clock.now() });
    await reserveJob(catalog, limits, job);
  });
  deps.jobs.dispatch(jobId);
  return jobId;
}

function checkTogether({ images }: ImportRequest, limits: Limits): void {
  const dataDisks = images.filter(({ kind }) => kind === "data").length;
  checkRules(importTaskRules, { files: images.map(({ file }) => file), dataDisks, limits });
}

async function planImport(deps: ImportFilesDeps, caller: ImageCaller, request: FileImport): Promise<PlannedImport> {
  const { limits } = deps;
  const { projectId, action } = caller;
  const os = judgeAskedImport(deps, request, checkRules);
  const location = parseFileLocation(request.file);
  const encryption = request.encryption && (await chooseImageKey(deps.keys, projectId, request.encryption));
  const names = newNames(deps.ids);
  const origin = `file,${locationText(location)}`;
  // A rule above asks for it.
  const minDiskGiB = request.minDiskGiB ?? 0;
  const image = plannedImage(deps, { id: names.imageId, projectId, request, minDiskGiB, os, encryption, origin });
  if (!caller.may(image)) {
    throw new ServiceError("IMG.0026", { action });
  }
  const way = wayOf(request);
  const { name: imageName, kind, osVersion } = request;
  const part = { ...names, imageName, kind, way, ...location, minDiskGiB, ...(osVersion !== undefined && { toldOsVersion: osVersion }) };
  return { image, part, search: { location, way, projectId, limits } };
}

/**
 * Judges the files by the catalog and by their content as far as a look tells. It happens before the transaction: the store may be slow, and
 * nobody else shall wait for it.
 */
async function lookAtFiles(
  deps: ImportFilesDeps,
  principal: Principal,
  planned: readonly PlannedImport[],
): Promise<readonly (DetectedFormat | undefined)[]> {
  const formats: (DetectedFormat | undefined)[] = [];
  for (const { search } of planned) {
    const file = await findImportFile(deps.catalog, search);
    checkRules(importRules, file);
    await requireFileKey(deps.keys, principal, file);
    const format = await peekFormat(deps, { ...search.location, projectId: search.projectId });
    checkRules(importRules, { ...file, format });
    formats.push(format);
  }
  return formats;
}

/** The port makes UUIDs and 32 hex digits, which is what names of images, blobs and parts of jobs are. */
export function newNames(ids: Ids): PlannedNames {
  return { imageId: ids.uuid() as ImageId, blobId: ids.hex32() as BlobId, partId: ids.hex32() as JobId };
}

function kindOf({ images, isList }: ImportRequest, isArchive: boolean): ImportKind {
  const [first] = images;
  if (isList || isArchive) {
    return first?.kind === "data" ? importKinds.dataImages : importKinds.machine;
  }
  if (first?.isQuick === true) {
    return importKinds.quick;
  }
  return first?.kind === "data" ? importKinds.dataImage : importKinds.image;
}
