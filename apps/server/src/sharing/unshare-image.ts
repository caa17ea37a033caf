import { checkRules, refusal } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import type { MemberAddress } from "./member-address.ts";
import { memberCaller } from "./member-caller.ts";
import { removeMember } from "./member-changes.ts";
import { isMember, ownerRules } from "./share-rules.table.ts";
import type { ShareDeps } from "./start-member-job.ts";

/**
 * Ends the sharing of an image with one project, at once.
 *
 * Throws  IMG.0026, IMG.0027, IMG.0106, IMG.0114
 */
export async function unshareImage(
  { catalog, clock, limits }: Pick<ShareDeps, "catalog" | "clock" | "limits">,
  principal: Principal,
  address: MemberAddress,
): Promise<void> {
  const caller = memberCaller(principal);
  await catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, address.imageId);
    checkRules([ownerRules.single], { image, ...caller, limits });
    // Any text may come from outside; what is no id is no member.
    const memberId = address.memberId as ProjectId;
    if (!(await removeMember(catalog, { imageId: image.id, memberId }, clock.now()))) {
      throw refusal(isMember, { image, member: undefined, memberId });
    }
  });
}
