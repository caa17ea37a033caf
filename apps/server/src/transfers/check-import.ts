import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DetectedFormat } from "@tintype/disk/core/disk-format.ts";
import { imageTargetRules } from "../enterprise-projects/enterprise-project-rules.table.ts";
import { findImageTarget } from "../enterprise-projects/require-enterprise-project.ts";
import { requireEncryptionRights, requireFileRights, requireSourceDeletion } from "../identity/require-file-rights.ts";
import { brokenRules } from "../images/check-rules.ts";
import { reasonsOf } from "../images/explain-image.ts";
import type { Reason } from "../images/explain-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import { findImageKey } from "../images/image-keys.ts";
import { tagText } from "../images/image-tags.ts";
import { imageKeyRules } from "../images/key-rules.table.ts";
import type { ImageId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { bytesPerGiB } from "../quotas/limits.ts";
import { imageQuotaRules, jobQuotaRules } from "../quotas/quota-rules.table.ts";
import { unfinishedJobs } from "../quotas/unfinished-jobs.ts";
import { parseFileLocation } from "./file-location.ts";
import type { FileLocation } from "./file-location.ts";
import { findFile } from "./find-file.ts";
import type { ImportFilesDeps } from "./import-files.ts";
import type { FileImport } from "./import-request.ts";
import { expectedFileRules, foundDiskRules, importTaskRules } from "./import-rules.table.ts";
import { judgeAskedImport, wayOf } from "./judge-asked-import.ts";
import type { Judge } from "./judge-asked-import.ts";
import { bucketRules } from "./transfer-rules.table.ts";

/** An import of a file that is not in its bucket yet, and what its owner knows of the file. What is undefined stands in nobody's way. */
export interface ImportQuestion {
  /** `file` is where the file shall lie. */
  readonly image: FileImport;
  readonly lengthBytes: number | undefined;
  readonly format: DetectedFormat | undefined;
  readonly virtualSizeBytes: number | undefined;
  /** Of the further disks of an archive, which become data images. */
  readonly furtherDiskBytes: readonly number[];
  /** What of the disk is not zero. */
  readonly dataBytes: number | undefined;
  /** True when the file shall be deleted once the image is there. */
  readonly deletesSource: boolean;
}

/** What the parts of this use case need. */
export type CheckImportDeps = Pick<ImportFilesDeps, "catalog" | "ids" | "limits" | "keys" | "osLists">;

/**
 * Tells what would stand in the way of an import now, so that nobody sends a file in vain: the rules of `importFiles` and of its task, in
 * the order in which these refuse. It changes nothing and promises nothing for later. What only the file itself tells is not judged.
 *
 * Throws  what `importFiles` throws where a right is missing or the address of the file is none; what the key service throws when it
 *         cannot be reached
 */
export async function checkImport(deps: CheckImportDeps, principal: Principal, question: ImportQuestion): Promise<readonly Reason[]> {
  const { image } = question;
  const caller = imageCaller(principal, image.kind === "data" ? "ims:dataImages:create" : "ims:serverImages:create");
  if (image.encryption !== undefined) {
    requireEncryptionRights(principal);
  }
  const reasons: Reason[] = [];
  const judge: Judge = (rules, subject) => void reasons.push(...reasonsOf(rules, subject));
  // For what may be another project's, or not there at all: then there is nothing else to say of it.
  const judgeFirst: Judge = (rules, subject) => void reasons.push(...reasonsOf(rules, subject).slice(0, 1));
  judgeAskedImport(deps, image, judge);
  const location = parseFileLocation(image.file);
  const key = image.encryption && (await findImageKey(deps.keys, caller.projectId, image.encryption));
  if (key !== undefined) {
    judgeFirst(imageKeyRules, key);
  }
  requireRights({ deps, caller, principal }, question, location);
  const { bucket, ...place } = await findFile(deps.catalog, { location, projectId: caller.projectId, limits: deps.limits });
  // It may still be made; one that is there has to be of use.
  if (bucket !== undefined) {
    judgeFirst(bucketRules, { ...place, bucket });
  }
  judgeFile(deps, { question, location }, judge);
  await judgeRoom(deps, { caller, principal, question }, judge);
  judgeDisk(deps, { question, location }, judge);
  return reasons;
}

interface Asking {
  readonly deps: CheckImportDeps;
  readonly caller: ImageCaller;
  readonly principal: Principal;
}

function requireRights({ deps, caller, principal }: Asking, { image, deletesSource }: ImportQuestion, location: FileLocation): void {
  // An image that there will never be has an id of its own, as one that is made does: the port makes UUIDs.
  const id = deps.ids.uuid() as ImageId;
  if (!caller.may({ id, enterpriseProjectId: image.enterpriseProjectId, tags: image.tags.map(tagText) })) {
    throw new ServiceError("IMG.0026", { action: caller.action });
  }
  requireFileRights(principal, "read", location);
  if (deletesSource) {
    requireSourceDeletion(principal, location);
  }
}

interface AskedFile {
  readonly question: ImportQuestion;
  readonly location: FileLocation;
}

function judgeFile({ limits }: CheckImportDeps, { question, location }: AskedFile, judge: Judge): void {
  const { image, format, lengthBytes } = question;
  judge(expectedFileRules, {
    location,
    limits,
    way: wayOf(image),
    format,
    object: lengthBytes === undefined ? undefined : { lengthBytes },
  });
}

async function judgeRoom(
  { catalog, limits }: CheckImportDeps,
  { caller, principal, question }: Omit<Asking, "deps"> & Pick<AskedFile, "question">,
  judge: Judge,
): Promise<void> {
  const { image, furtherDiskBytes } = question;
  const target = await findImageTarget(catalog, principal, { id: image.enterpriseProjectId });
  if (target !== undefined) {
    judge(imageTargetRules, target);
  }
  const owned = await catalog.images.count(caller.projectId);
  // Each image takes a place, and the first that finds none is refused.
  const uses = Array.from({ length: 1 + furtherDiskBytes.length }, (_, made) => ({ used: owned + made, limits }));
  judge(imageQuotaRules, uses.find((use) => brokenRules(imageQuotaRules, use).length > 0) ?? { used: owned, limits });
  judge(jobQuotaRules, { used: (await unfinishedJobs(catalog, limits, caller.projectId)).length, limits });
}

function judgeDisk({ limits }: CheckImportDeps, { question, location }: AskedFile, judge: Judge): void {
  const { image, format, virtualSizeBytes = 0, furtherDiskBytes, dataBytes } = question;
  // A disk that nobody named the size of was refused above, and is not also too small.
  const minDiskGiB = image.minDiskGiB ?? Number.POSITIVE_INFINITY;
  const disk = { location, way: wayOf(image), format, limits };
  judge(foundDiskRules, { ...disk, kind: image.kind, virtualSizeBytes, dataBytes, minDiskGiB });
  judge(importTaskRules, { files: [image.file], dataDisks: furtherDiskBytes.length, limits });
  for (const sizeBytes of furtherDiskBytes) {
    // Their images are as large as they are.
    judge(foundDiskRules, { ...disk, kind: "data", virtualSizeBytes: sizeBytes, minDiskGiB: Math.ceil(sizeBytes / bytesPerGiB) });
  }
}
