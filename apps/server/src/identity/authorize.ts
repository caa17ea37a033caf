import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { Principal } from "../ports/principal.ts";
import type { ResourceFacts } from "./resource-facts.ts";
import { statementVerdict } from "./statement-verdict.ts";

export type { ResourceFacts } from "./resource-facts.ts";

/**
 * Tells whether a principal may do something within its scope: a statement has to allow it, and none may deny it. Without a resource it
 * tells whether there may be any resource for which it may; whoever changes or shows one asks again with it.
 */
export function mayDo(principal: Principal, action: Action, resource?: ResourceFacts): boolean {
  const question = { principal, action, resource };
  const { statements } = principal.rights;
  return (
    statements.some((statement) => statement.effect === "Allow" && statementVerdict(statement, question) !== "no") &&
    !statements.some((statement) => statement.effect === "Deny" && statementVerdict(statement, question) === "yes")
  );
}

/** Why a call was refused. */
export interface Denial {
  readonly action: Action;
  /** Roles that would allow it but do nothing, each with the one that is missing beside it. */
  readonly idleRoles: readonly { readonly name: string; readonly needs: string }[];
}

/** Says what a principal lacks for an action that `mayDo` refused. */
export function explainDenied(principal: Principal, action: Action, resource?: ResourceFacts): Denial {
  const idleRoles = principal.rights.idle.filter(({ statements }) =>
    statements.some((statement) => statement.effect === "Allow" && statementVerdict(statement, { principal, action, resource }) !== "no"),
  );
  return { action, idleRoles: idleRoles.map(({ name, needs }) => ({ name, needs })) };
}
