import { checkRules, refusal } from "../images/check-rules.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { AnswerRequest } from "./answer-shares.ts";
import { findMember } from "./find-member.ts";
import type { MemberAddress } from "./member-address.ts";
import { memberCaller } from "./member-caller.ts";
import { answerRules, isMember } from "./share-rules.table.ts";
import type { ShareDeps } from "./start-member-job.ts";

/**
 * Accepts or rejects one image that is shared with the caller's project, at once.
 *
 * Throws  IMG.0026, IMG.0027, IMG.0114; the rules of an answer
 */
export async function answerShare(
  { catalog, clock, limits }: Pick<ShareDeps, "catalog" | "clock" | "limits">,
  principal: Principal,
  answer: MemberAddress & Omit<AnswerRequest, "imageIds">,
): Promise<MemberRecord> {
  const caller = memberCaller(principal);
  const { status, vaultId } = answer;
  return await catalog.transaction(async (catalog) => {
    const { image, member } = await findMember(catalog, caller, answer);
    const { memberId } = member;
    checkRules(answerRules, { image, ...caller, limits, member, memberId, status, vaultId });
    const changed = await catalog.members.changeStatus(image.id, memberId, status, clock.now());
    if (changed === undefined) {
      throw refusal(isMember, { image, member: changed, memberId });
    }
    return changed;
  });
}
