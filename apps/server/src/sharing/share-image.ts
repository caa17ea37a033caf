import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { checkCall } from "./check-call.ts";
import { isKnownProject } from "./is-known-project.ts";
import type { MemberAddress } from "./member-address.ts";
import { memberCaller } from "./member-caller.ts";
import { addMember } from "./member-changes.ts";
import { ownerRules, recipientRules, shareRules } from "./share-rules.table.ts";
import type { ShareDeps } from "./start-member-job.ts";

/**
 * Shares an image with one project, at once.
 *
 * Throws  IMG.0026, IMG.0027; the rules of a call and of sharing; IMG.0112 when it is shared with the project already
 */
export async function shareImage(
  { catalog, clock, limits }: Pick<ShareDeps, "catalog" | "clock" | "limits">,
  principal: Principal,
  address: MemberAddress,
): Promise<MemberRecord> {
  const caller = memberCaller(principal);
  return await catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, address.imageId);
    const { projectIds } = checkCall({ imageIds: [image.id], projectIds: [address.memberId], accounts: [] }, limits);
    const [memberId] = projectIds;
    if (memberId === undefined) {
      throw new Error("A call that passed its rules names a project");
    }
    const member = await catalog.members.get(image.id, memberId);
    const target = { image, ...caller, limits, member, memberId, isKnown: await isKnownProject(catalog, memberId) };
    checkRules([ownerRules.single, ...shareRules, ...recipientRules], target);
    if (member !== undefined) {
      throw new ServiceError("IMG.0112", { id: image.id, project: memberId });
    }
    return await addMember(catalog, { imageId: image.id, memberId }, clock.now());
  });
}
