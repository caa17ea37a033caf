import { checkRules, refusal } from "../images/check-rules.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { MemberStatus } from "../ports/image-catalog.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { seesAllMembers } from "./find-member.ts";
import { findSharedImage } from "./find-shared-image.ts";
import type { MemberAddress } from "./member-address.ts";
import { answerRules, isMember } from "./share-rules.table.ts";
import type { ShareDeps } from "./start-member-job.ts";

/**
 * Sets what a member answers to an image that is declared to be shared; it may take its answer back.
 *
 * Throws  IMG.0026, IMG.0027; image.notShared; the rules of an answer
 */
export async function answerDeclaredShare(
  { catalog, clock, limits }: Pick<ShareDeps, "catalog" | "clock" | "limits">,
  principal: Principal,
  { imageId, memberId, status }: MemberAddress & { readonly status: MemberStatus },
): Promise<MemberRecord> {
  return await catalog.leadingTransaction(async (catalog) => {
    const { image, caller } = await findSharedImage(catalog, principal, { action: "ims:images:share", imageId });
    // Any text may come from outside; what is no id is no member.
    const id = memberId as ProjectId;
    const isSeen = seesAllMembers(caller, image) || id === caller.projectId;
    const member = isSeen ? await catalog.members.get(image.id, id) : undefined;
    checkRules(answerRules, { image, ...caller, limits, member, memberId: id, status, vaultId: undefined });
    const changed = await catalog.members.changeStatus(image.id, id, status, clock.now());
    if (changed === undefined) {
      throw refusal(isMember, { image, member: changed, memberId: id });
    }
    return changed;
  });
}
