import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import type { Principal } from "../ports/principal.ts";
import { mayDo } from "./authorize.ts";
import { forbidden } from "./forbidden.ts";
import type { ResourceFacts } from "./resource-facts.ts";

/**
 * Requires rights, all of them.
 *
 * Throws  the refusal of `forbidden`, for the first action that is missing
 */
export function requireRights(
  principal: Principal,
  actions: readonly Action[],
  { resource, code }: { readonly resource?: ResourceFacts; readonly code?: ErrorCode } = {},
): void {
  const missing = actions.find((action) => !mayDo(principal, action, resource));
  if (missing !== undefined) {
    throw forbidden(principal, missing, resource, code);
  }
}
