import { checkRules } from "../images/check-rules.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";
import type { Limits } from "../quotas/limits.ts";
import { callRules } from "./call-rules.table.ts";
import type { ShareCall } from "./call-rules.table.ts";
import type { MemberPair } from "./member-changes.ts";

/** A call whose words have the form of ids; each is named once. */
export interface CheckedCall extends Pick<ShareCall, "accounts"> {
  readonly imageIds: readonly ImageId[];
  readonly projectIds: readonly ProjectId[];
}

/**
 * Lets a call pass as far as it can be judged by itself.
 *
 * Throws  the rules of a call
 */
export function checkCall({ imageIds, projectIds, accounts }: Omit<ShareCall, "limits">, limits: Limits): CheckedCall {
  const once = { imageIds: [...new Set(imageIds)], projectIds: [...new Set(projectIds)], accounts: [...new Set(accounts)] };
  checkRules(callRules, { ...once, limits });
  // The catalog answers undefined for what is none.
  return { ...once, imageIds: once.imageIds as ImageId[], projectIds: once.projectIds as ProjectId[] };
}

/**
 * Every image with every project, those of accounts behind those that were named.
 *
 * Throws  the rules of a call, when accounts make it too large
 */
export function pairsOf(call: CheckedCall, ofAccounts: readonly ProjectId[], limits: Limits): readonly MemberPair[] {
  const { imageIds, projectIds } = checkCall({ ...call, projectIds: [...call.projectIds, ...ofAccounts] }, limits);
  return imageIds.flatMap((imageId) => projectIds.map((memberId) => ({ imageId, memberId })));
}
