import type { JobRecord, Json } from "@tintype/jobs/job-record.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { hasUnfinishedTask } from "../images/has-unfinished-task.ts";
import { imageCaller } from "../images/image-caller.ts";
import { wantedStores } from "../images/wanted-stores.ts";
import type { StoreWish } from "../images/wanted-stores.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import { requireAdministrator } from "./image-tasks.ts";
import { storeCopyKind } from "./import-work.ts";
import type { StoreCopy } from "./import-work.ts";
import { bearerFields } from "./start-image-import.ts";
import type { StartImportDeps } from "./start-image-import.ts";
import { storeCopyRules } from "./store-copy-rules.table.ts";

/** A copy that an administrator asks for. */
export interface StoreCopyRequest {
  readonly imageId: string;
  readonly wish: StoreWish;
  /** Under which the client finds the job again. */
  readonly requestId: string;
}

/**
 * Starts to bring the content of an image to more stores. Who asks for all of them means those that do not have it; undefined when there is
 * none of these.
 *
 * Throws  IMG.0026, IMG.0027; api.operatorsOnly; image.storeUnknown; the rules of such a copy; IMG.0060
 */
export async function startStoreCopy(
  deps: StartImportDeps,
  principal: Principal,
  { imageId, wish, requestId }: StoreCopyRequest,
): Promise<JobRecord | undefined> {
  const caller = imageCaller(principal, "ims:images:upload");
  await findImage(deps.catalog, caller, imageId);
  requireAdministrator(principal);
  const wanted = wantedStores(deps.stores, wish);
  const start = async (catalog: Catalog): Promise<JobRecord | undefined> => {
    const image = await findImage(catalog, caller, imageId);
    const isImporting = await hasUnfinishedTask(catalog, image.id);
    checkRules(storeCopyRules, { image, isImporting, named: wish.names === "all" ? [] : wanted });
    const names = wanted.filter((name) => !image.stores.includes(name));
    if (names.length === 0) {
      return undefined;
    }
    const work: StoreCopy = {
      imageId: image.id,
      imageName: image.name,
      method: { name: "copy-image" },
      stores: names,
      mustSucceed: wish.mustSucceed,
      disks: image.disks.map(({ blobId, dataBytes }) => ({ blobId, dataBytes })),
      bearer: bearerFields(principal),
      requestId,
      type: "api_image_import",
    };
    const { projectId } = caller;
    // The work is plain data.
    const input = work as unknown as Json;
    const planned = newJob({ id: deps.ids.hex32(), kind: storeCopyKind, projectId, subjectId: image.id, input, now: deps.clock.now() });
    await reserveJob(catalog, deps.limits, planned);
    return planned;
  };
  // Not before its bytes are gone from a store that it was just taken out of: otherwise they would count as there.
  const job = await deps.stores.inTurn(imageId, async () => await deps.catalog.transaction(start));
  if (job !== undefined) {
    deps.jobs.dispatch(job.id);
  }
  return job;
}
