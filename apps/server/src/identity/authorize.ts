import { describeAction } from "@tintype/contract/permissions/actions.table.ts";
import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { Principal } from "../ports/principal.ts";

/** What a policy may make a right depend on. */
export interface ResourceFacts {
  readonly id: string;
  readonly enterpriseProjectId: string;
  /** `key=value`, or `key` alone. */
  readonly tags: readonly string[];
}

/**
 * Tells whether a principal may do something in its project. Without a resource it tells whether there may be any resource for which it
 * may; whoever changes or shows one asks again with it.
 */
export function mayDo({ roles }: Principal, action: Action, _resource?: ResourceFacts): boolean {
  return roles.includes("admin") || roles.includes("member") || (roles.includes("reader") && describeAction(action).isRead);
}
