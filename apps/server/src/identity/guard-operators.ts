import type { Catalog } from "../ports/catalog.ts";
import type { UserId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { forbidden } from "./forbidden.ts";
import { isOperator } from "./own-domain.ts";
import { systemRole } from "./system-roles.table.ts";

const operatorsAction = "tintype:identity:manageAll";

/** Only operators give or take the role that makes one: nobody gets beyond its domain by itself. Throws  api.operatorsOnly */
export function guardOperatorsRole(principal: Principal, roleId: string): void {
  if (systemRole(roleId)?.isOperators === true && !isOperator(principal)) {
    throw forbidden(principal, operatorsAction);
  }
}

/**
 * Only operators change a user, a group or an agency that has their role: whoever could set an operator's password would be one.
 *
 * Throws  api.operatorsOnly
 */
export async function guardOperators(
  { catalog }: { readonly catalog: Pick<Catalog, "identity"> },
  principal: Principal,
  subject: { readonly kind: "user" | "group" | "agency"; readonly id: string },
): Promise<void> {
  if (isOperator(principal)) {
    return;
  }
  const groups = subject.kind === "user" ? await catalog.identity.groups({ userId: subject.id as UserId }) : [];
  const ids = new Set<string>([subject.id, ...groups.map(({ id }) => id)]);
  const assignments = await catalog.identity.assignments({ roleId: "admin" });
  if (assignments.some(({ subjectId }) => ids.has(subjectId))) {
    throw forbidden(principal, operatorsAction);
  }
}
