import { exportFormats } from "@tintype/contract/ims/import-formats.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { requireFileRights } from "../identity/require-file-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import { checkContentKey } from "../images/image-keys.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import { imageRules } from "../images/image-rules.table.ts";
import { exportJobKind, workOnImage } from "../images/work-on-image.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageDisk } from "../ports/image-catalog.ts";
import type { Ids, JobId } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import { exportRequestRules } from "./export-request-rules.table.ts";
import type { ExportInput } from "./export-work.ts";
import { parseFileLocation } from "./file-location.ts";
import { findFile } from "./find-file.ts";
import { exportTargetRules } from "./transfer-rules.table.ts";

/** An image to be written to a bucket. */
export interface ExportRequest {
  readonly imageId: string;
  /** `bucket:object` */
  readonly file: string;
  /** True for a ZVHD2 file of the content as it is stored, which takes larger images. */
  readonly isQuick: boolean;
  readonly format: string | undefined;
}

/** What the parts of this use case need. */
export interface ExportImageDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly keys: KeyService;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/**
 * Starts the writing of an image to a bucket.
 *
 * Throws  IMG.0026, IMG.0027; the rules of an export, of what a request for one says, of the image's key, of file addresses and of targets; IMG.0060
 */
export async function exportImage(deps: ExportImageDeps, principal: Principal, request: ExportRequest): Promise<JobId> {
  const caller = imageCaller(principal, "ims:images:export");
  const { limits } = deps;
  // The port makes 32 hex digits.
  const jobId = deps.ids.hex32() as JobId;
  const asked = await findImage(deps.catalog, caller, request.imageId);
  const rules = request.isQuick ? imageRules.quickExport : imageRules.export;
  checkRules(rules, { image: asked, ...caller, limits });
  checkRules(exportRequestRules, request);
  // Before the transaction: the key service may be slow, and nobody else shall wait for it.
  await checkContentKey(deps.keys, asked);
  await deps.catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, request.imageId);
    checkRules(rules, { image, ...caller, ...(await workOnImage(catalog.jobs, image.id)), limits });
    const location = parseFileLocation(request.file);
    requireFileRights(principal, "write", location);
    const { projectId } = caller;
    checkRules(exportTargetRules, await findFile(catalog, { location, projectId, limits }));
    const [disk] = image.disks;
    if (disk === undefined) {
      throw new Error(`The active image ${image.id} has no disk`);
    }
    const input: ExportInput = { imageId: image.id, imageName: image.name, ...blobOf(disk), ...location, ...wayOf(request, disk) };
    await reserveJob(
      catalog,
      limits,
      newJob({ id: jobId, kind: exportJobKind, projectId, subjectId: image.id, input: { ...input }, now: deps.clock.now() }),
    );
  });
  deps.jobs.dispatch(jobId);
  return jobId;
}

function blobOf({ blobId, format: blobFormat }: ImageDisk): Pick<ExportInput, "blobId" | "blobFormat"> {
  return blobFormat === undefined ? { blobId } : { blobId, blobFormat };
}

/** The rules have let the format pass. A blob that holds a file of another format has no frames of the disk. */
function wayOf({ isQuick, format }: ExportRequest, disk: ImageDisk): Pick<ExportInput, "format" | "keepsFrames"> {
  return isQuick
    ? { format: "zvhd2", keepsFrames: disk.format === undefined }
    : { format: exportFormats.find((candidate) => candidate === format) ?? "qcow2" };
}
