import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { JobId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { checkCall, pairsOf } from "./check-call.ts";
import { isKnownProject } from "./is-known-project.ts";
import { projectsOfAccounts } from "./projects-of-accounts.ts";
import { ownerRules, recipientRules, shareRules } from "./share-rules.table.ts";
import { startMemberJob } from "./start-member-job.ts";
import type { ShareDeps } from "./start-member-job.ts";

/** Images, and the projects that they shall be, or shall no longer be, shared with: every image with every project. */
export interface ShareRequest {
  readonly imageIds: readonly string[];
  readonly projectIds: readonly string[];
  /** Ids or names of accounts: they stand for all of their projects. */
  readonly accounts: readonly string[];
}

/**
 * Starts to share images with projects. Who is a member already stays one, with its answer.
 *
 * Throws  IMG.0026; the rules of a call; IMG.0108 for an unknown account; when no pair is possible what refuses the first: IMG.0027,
 *         the rules of sharing; IMG.0060
 */
export async function shareImages(deps: ShareDeps, principal: Principal, request: ShareRequest): Promise<JobId> {
  const caller = imageCaller(principal, "ims:images:share");
  const { projectId } = caller;
  const call = checkCall(request, deps.limits);
  return await startMemberJob(deps, {
    projectId,
    change: { kind: "add" },
    async pairs(catalog) {
      const others = (await projectsOfAccounts(catalog, call.accounts)).filter((id) => id !== projectId);
      if (call.projectIds.length + others.length === 0) {
        throw new ServiceError("IMG.0076", { id: call.imageIds.join(", "), project: projectId });
      }
      return pairsOf(call, others, deps.limits);
    },
    async check(catalog, { imageId, memberId }) {
      const image = await findImage(catalog, caller, imageId);
      const member = await catalog.members.get(imageId, memberId);
      const target = { image, ...caller, limits: deps.limits, member, memberId, isKnown: await isKnownProject(catalog, memberId) };
      checkRules([ownerRules.batch, ...shareRules, ...recipientRules], target);
    },
  });
}
