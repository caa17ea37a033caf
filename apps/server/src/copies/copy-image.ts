import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { requireEnterpriseProject } from "../enterprise-projects/require-enterprise-project.ts";
import { requireEncryptionRights } from "../identity/require-file-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import { checkContentKey, chooseImageKey } from "../images/image-keys.ts";
import type { EncryptionRequest } from "../images/image-keys.ts";
import { imageRules } from "../images/image-rules.table.ts";
import { originalKeyRules } from "../images/key-rules.table.ts";
import { membershipOf } from "../images/membership-of.ts";
import { longestName, valueRules } from "../images/value-rules.table.ts";
import { copyJobKind, workOnImage } from "../images/work-on-image.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageDisk, ImageEncryption, ImageRecord } from "../ports/image-catalog.ts";
import type { Ids, ImageId, JobId, ProjectId } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveImage } from "../quotas/reserve-image.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import { unfinishedJobs } from "../quotas/unfinished-jobs.ts";
import { copyWay } from "./copy-work.ts";
import type { CopyInput } from "./copy-work.ts";

/** An image to be copied within the region. */
export interface CopyRequest {
  readonly imageId: string;
  /** `copy_` and the original's name when it is not told. */
  readonly name: string | undefined;
  readonly description: string;
  readonly enterpriseProjectId: string;
  /** Undefined for a copy that is not encrypted, whatever the original is. */
  readonly encryption: EncryptionRequest | undefined;
}

/** What the parts of this use case need. */
export interface CopyImageDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly keys: KeyService;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/**
 * Starts a copy of an image within the region: to encrypt it, to decrypt it, to change its key, or to bring it into the
 * form that servers start from before all of it is read. A project that accepted a shared image copies it too, and owns the copy. The place
 * in the quota is taken before this returns.
 *
 * Throws  IMG.0026, IMG.0027; the rules of a copy, for keys and for values; IMG.0155, IMG.0015, IMG.0060
 */
export async function copyImage(deps: CopyImageDeps, principal: Principal, request: CopyRequest): Promise<JobId> {
  const caller = imageCaller(principal, "ims:images:copy");
  const { projectId } = caller;
  const { limits, clock } = deps;
  const original = await findImage(deps.catalog, caller, request.imageId);
  const membership = await membershipOf(deps.catalog, original, projectId);
  // Which key it will be is not known yet, that there will be one is.
  const keyId = request.encryption && (request.encryption.key ?? "default");
  checkRules(imageRules.copy, { image: original, ...caller, membership, ...(membership && { keyId }), limits });
  checkRules(valueRules, { ...request, name: request.name ?? copyName(original.name), limits });
  // Before the transaction: the key service may be slow, and nobody else shall wait for it.
  await checkContentKey(deps.keys, original, originalKeyRules);
  if (request.encryption !== undefined) {
    requireEncryptionRights(principal);
  }
  const encryption = request.encryption && (await chooseImageKey(deps.keys, projectId, request.encryption));
  // The port makes 32 hex digits.
  const jobId = deps.ids.hex32() as JobId;
  await deps.catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, request.imageId);
    const unfinishedCopies = (await unfinishedJobs(catalog, limits, projectId)).filter(({ kind }) => kind === copyJobKind).length;
    const membership = await membershipOf(catalog, image, projectId);
    // Recipients neither wait for the owner's tasks nor keep the owner from anything: their copies are about the copy.
    const work = membership === undefined ? await workOnImage(catalog.jobs, image.id) : {};
    checkRules(imageRules.copy, { image, ...caller, membership, ...work, unfinishedCopies, keyId: encryption?.keyId, limits });
    const copy = plannedCopy(deps, { request, image, projectId, encryption });
    await requireEnterpriseProject(catalog, principal, { id: copy.enterpriseProjectId });
    if (!caller.may(copy)) {
      throw new ServiceError("IMG.0026", { action: caller.action });
    }
    await reserveImage(catalog, limits, copy);
    const input = inputOf(deps.ids, image, copy);
    const subjectId = membership === undefined ? image.id : copy.id;
    await reserveJob(catalog, limits, newJob({ id: jobId, kind: copyJobKind, projectId, subjectId, input, now: clock.now() }));
  });
  deps.jobs.dispatch(jobId);
  return jobId;
}

/** A name that would grow too long ends early. */
export function copyName(name: string): string {
  return Array.from(`copy_${name}`).slice(0, longestName).join("").trimEnd();
}

interface Plan {
  readonly request: CopyRequest;
  readonly image: ImageRecord;
  readonly projectId: ProjectId;
  readonly encryption: ImageEncryption | undefined;
}

/**
 * The copy as it begins: what the original is, without what belongs to the original alone. It is always in the form that loads lazily
 * unless the original is a file that comes back as it was: so does the copy.
 */
function plannedCopy(deps: Pick<CopyImageDeps, "ids" | "clock">, { request, image, projectId, encryption }: Plan): ImageRecord {
  const now = deps.clock.now();
  return {
    ...image,
    // The port makes UUIDs, which is what names of images are.
    id: deps.ids.uuid() as ImageId,
    projectId,
    name: request.name ?? copyName(image.name),
    description: request.description,
    enterpriseProjectId: request.enterpriseProjectId,
    encryption,
    status: "queued",
    visibility: "private",
    protected: false,
    diskFormat: image.file === undefined ? "zvhd2" : image.diskFormat,
    disks: [],
    stores: [],
    locations: [],
    promised: undefined,
    origin: `image,${image.id}`,
    tags: [],
    createdAt: now,
    updatedAt: now,
    activeAt: undefined,
    isPublished: false,
    isHidden: false,
    memberCount: 0,
  };
}

function inputOf(ids: Ids, image: ImageRecord, copy: ImageRecord) {
  return {
    imageId: image.id,
    newImageId: copy.id,
    imageName: copy.name,
    // The port makes 32 hex digits, which is what names of blobs are.
    blobId: ids.hex32() as BlobId,
    source: { ...onlyDisk(image) },
    way: copyWay(image.encryption?.keyId, copy.encryption?.keyId),
  } satisfies CopyInput;
}

function onlyDisk({ id, disks }: ImageRecord): ImageDisk {
  const [disk] = disks;
  if (disk === undefined || disks.length > 1) {
    throw new Error(`The active image ${id} has ${disks.length} disks, and only one can be copied`);
  }
  return disk;
}
