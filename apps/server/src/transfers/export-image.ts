import { ServiceError } from "@tintype/contract/service-error.ts";
import { exportFormats } from "@tintype/contract/ims/import-formats.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { checkRules } from "../images/check-rules.ts";
import { checkContentKey } from "../images/image-keys.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import { imageRules } from "../images/image-rules.table.ts";
import { exportJobKind, workOnImage } from "../images/work-on-image.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids, JobId } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import type { ExportInput } from "./export-work.ts";
import { parseFileLocation } from "./file-location.ts";
import { findFile } from "./find-file.ts";
import { exportTargetRules } from "./transfer-rules.table.ts";

/** An image to be written to a bucket. */
export interface ExportRequest {
  readonly imageId: string;
  /** `bucket:object` */
  readonly file: string;
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
 * Throws  IMG.0026, IMG.0027; IMG.0072; the rules of an export, of the image's key, of file addresses and of targets; IMG.0060
 */
export async function exportImage(deps: ExportImageDeps, principal: Principal, request: ExportRequest): Promise<JobId> {
  const caller = imageCaller(principal, "ims:images:export");
  const { limits } = deps;
  // The port makes 32 hex digits.
  const jobId = deps.ids.hex32() as JobId;
  const asked = await findImage(deps.catalog, caller, request.imageId);
  checkRules(imageRules.export, { image: asked, ...caller, limits });
  // Before the transaction: the key service may be slow, and nobody else shall wait for it.
  await checkContentKey(deps.keys, asked);
  await deps.catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, request.imageId);
    const format = exportFormats.find((candidate) => candidate === request.format);
    if (format === undefined) {
      throw new ServiceError("IMG.0072", { format: request.format ?? "", formats: exportFormats.join(", ") });
    }
    checkRules(imageRules.export, { image, ...caller, ...(await workOnImage(catalog.jobs, image.id)), limits });
    const location = parseFileLocation(request.file);
    const { projectId } = caller;
    checkRules(exportTargetRules, await findFile(catalog, { location, projectId, limits }));
    const [disk] = image.disks;
    if (disk === undefined) {
      throw new Error(`The active image ${image.id} has no disk`);
    }
    const input: ExportInput = { imageId: image.id, imageName: image.name, blobId: disk.blobId, ...location, format };
    await reserveJob(
      catalog,
      limits,
      newJob({ id: jobId, kind: exportJobKind, projectId, subjectId: image.id, input: { ...input }, now: deps.clock.now() }),
    );
  });
  deps.jobs.dispatch(jobId);
  return jobId;
}
