import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { JobId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { checkCall, pairsOf } from "./check-call.ts";
import type { MemberPair } from "./member-changes.ts";
import { projectsOfAccounts } from "./projects-of-accounts.ts";
import type { ShareRequest } from "./share-images.ts";
import { ownerRules } from "./share-rules.table.ts";
import { startMemberJob } from "./start-member-job.ts";
import type { ShareDeps } from "./start-member-job.ts";

/**
 * Starts to end the sharing of images with projects, at any time and whatever they answered. Of an account it ends what there is.
 *
 * Throws  IMG.0026; the rules of a call; IMG.0108 for an unknown account; when no pair is possible what refuses the first: IMG.0027,
 *         IMG.0047, IMG.0113; IMG.0060
 */
export async function unshareImages(deps: ShareDeps, principal: Principal, request: ShareRequest): Promise<JobId> {
  const caller = imageCaller(principal, "ims:images:share");
  const { limits } = deps;
  const call = checkCall(request, limits);
  return await startMemberJob(deps, {
    projectId: caller.projectId,
    change: { kind: "remove" },
    async pairs(catalog) {
      const named = new Set(call.projectIds);
      const pairs: MemberPair[] = [];
      for (const pair of pairsOf(call, await projectsOfAccounts(catalog, call.accounts), limits)) {
        if (named.has(pair.memberId) || (await catalog.members.get(pair.imageId, pair.memberId)) !== undefined) {
          pairs.push(pair);
        }
      }
      if (pairs.length === 0) {
        throw new ServiceError("IMG.0113", { id: call.imageIds.join(", "), project: call.accounts.join(", ") });
      }
      return pairs;
    },
    async check(catalog, { imageId, memberId }) {
      const image = await findImage(catalog, caller, imageId);
      checkRules([ownerRules.batch], { image, ...caller, limits });
      if ((await catalog.members.get(imageId, memberId)) === undefined) {
        throw new ServiceError("IMG.0113", { id: imageId, project: memberId });
      }
    },
  });
}
