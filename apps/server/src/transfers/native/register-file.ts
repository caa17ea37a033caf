import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { requireFileRights, requireSourceDeletion } from "../../identity/require-file-rights.ts";
import { checkRules } from "../../images/check-rules.ts";
import { findImage } from "../../images/find-image.ts";
import { imageCaller } from "../../images/image-caller.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ids, JobId } from "../../ports/ids.ts";
import type { KeyService } from "../../ports/key-service.ts";
import type { Principal } from "../../ports/principal.ts";
import type { Limits } from "../../quotas/limits.ts";
import { reserveJob } from "../../quotas/reserve-job.ts";
import { locationText, parseFileLocation } from "../file-location.ts";
import { findImportFile } from "../find-import-file.ts";
import { newNames } from "../import-files.ts";
import { importRules } from "../import-rules.table.ts";
import { requireFileKey } from "../require-file-key.ts";
import { importKinds } from "../import-work.ts";
import type { ImportInput } from "../import-work.ts";
import { contentTargetRules } from "./content-target-rules.table.ts";

/** What the parts of this use case need. */
export interface RegisterFileDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly keys: KeyService;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/**
 * Starts the filling of an image, made by its metadata before, from a file in a bucket. If it fails, the image waits for content again.
 *
 * Throws  IMG.0026, IMG.0027; the rules for file addresses, for images that get content and for files; IMG.0060
 */
export async function registerFile(
  deps: RegisterFileDeps,
  principal: Principal,
  request: { readonly imageId: string; readonly file: string; readonly deletesSource?: boolean | undefined },
): Promise<JobId> {
  const caller = imageCaller(principal, "ims:images:upload");
  const { limits } = deps;
  // The port makes 32 hex digits.
  const jobId = deps.ids.hex32() as JobId;
  await deps.catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, request.imageId);
    checkRules(contentTargetRules, { image, ...caller });
    const location = parseFileLocation(request.file);
    requireFileRights(principal, "read", location);
    if (request.deletesSource === true) {
      requireSourceDeletion(principal, location);
    }
    const file = await findImportFile(catalog, { location, way: "native", projectId: caller.projectId, limits });
    checkRules(importRules, file);
    await requireFileKey(deps.keys, principal, file);
    const input: ImportInput = {
      imageName: image.name,
      parts: [
        {
          ...newNames(deps.ids),
          imageId: image.id,
          imageName: image.name,
          kind: image.kind,
          way: "native",
          ...location,
          minDiskGiB: image.minDiskGiB === 0 ? limits.disks.maxSystemGiB : image.minDiskGiB,
        },
      ],
      isArchive: false,
      ...(request.deletesSource === true && { deletesSources: true }),
      spares: [],
    };
    const now = deps.clock.now();
    await catalog.images.changeStatus(image.id, ["queued"], "saving", { origin: `file,${locationText(location)}`, updatedAt: now });
    const { projectId } = caller;
    await reserveJob(
      catalog,
      limits,
      newJob({ id: jobId, kind: importKinds.native, projectId, subjectId: image.id, input: { ...input }, now }),
    );
  });
  deps.jobs.dispatch(jobId);
  return jobId;
}
