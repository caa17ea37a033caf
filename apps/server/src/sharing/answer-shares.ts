import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { JobId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { checkCall, pairsOf } from "./check-call.ts";
import { answerRules } from "./share-rules.table.ts";
import { startMemberJob } from "./start-member-job.ts";
import type { ShareDeps } from "./start-member-job.ts";

/** What the caller's project answers to images that are shared with it. */
export interface AnswerRequest {
  readonly imageIds: readonly string[];
  readonly status: "accepted" | "rejected";
  readonly vaultId: string | undefined;
}

/**
 * Starts to accept or reject images that others share with the caller's project; either can be followed by the other.
 *
 * Throws  IMG.0026; the rules of a call; when no image is possible what refuses the first: IMG.0027, the rules of an answer; IMG.0060
 */
export async function answerShares(deps: ShareDeps, principal: Principal, request: AnswerRequest): Promise<JobId> {
  const caller = imageCaller(principal, "ims:images:share");
  const { projectId } = caller;
  const { status, vaultId } = request;
  const call = checkCall({ imageIds: request.imageIds, projectIds: [projectId], accounts: [] }, deps.limits);
  return await startMemberJob(deps, {
    projectId,
    change: { kind: "answer", status },
    pairs: async () => pairsOf(call, [], deps.limits),
    async check(catalog, { imageId, memberId }) {
      const image = await findImage(catalog, caller, imageId);
      const member = await catalog.members.get(imageId, memberId);
      checkRules(answerRules, { image, ...caller, limits: deps.limits, member, memberId, status, vaultId });
    },
  });
}
