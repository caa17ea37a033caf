import { checkRules, refusal } from "../images/check-rules.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { declaredOwnerRule } from "./declared-share-rules.table.ts";
import { findSharedImage } from "./find-shared-image.ts";
import type { MemberAddress } from "./member-address.ts";
import { isMember } from "./share-rules.table.ts";
import type { ShareDeps } from "./start-member-job.ts";

/**
 * Takes a project off the members of an image, which remains one that is shared, also without any.
 *
 * Throws  IMG.0026, IMG.0027; image.notShared, image.notOwned; IMG.0114 when it is none of them
 */
export async function unshareDeclaredImage(
  { catalog, limits }: Pick<ShareDeps, "catalog" | "limits">,
  principal: Principal,
  address: MemberAddress,
): Promise<void> {
  await catalog.leadingTransaction(async (catalog) => {
    const { image, caller } = await findSharedImage(catalog, principal, { action: "ims:images:share", imageId: address.imageId });
    checkRules([declaredOwnerRule], { image, ...caller, limits });
    // Any text may come from outside; what is no id is no member.
    const memberId = address.memberId as ProjectId;
    if (!(await catalog.members.remove(image.id, memberId))) {
      throw refusal(isMember, { image, member: undefined, memberId });
    }
  });
}
