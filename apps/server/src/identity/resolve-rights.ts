import type { GrantedStatement, PolicyStatement, Rights } from "../ports/policy.ts";
import type { GivenRole } from "../ports/identity-catalog.ts";
import { parsePolicy } from "./parse-policy.ts";
import { systemRole, systemRoles } from "./system-roles.table.ts";

/** What roles mean, and what they are called. */
export interface ResolvedRoles {
  readonly names: readonly string[];
  readonly rights: Rights;
}

const systemStatements: ReadonlyMap<string, readonly PolicyStatement[]> = new Map(
  systemRoles.map(({ id, allows }) => [
    id,
    [{ effect: "Allow", actions: allows.map((action) => action.toLowerCase()), resources: [], conditions: [] }],
  ]),
);

/** Reads what somebody may do from the roles and policies that it was given. A name that stands for nothing gives no right. */
export function resolveRights(given: readonly GivenRole[]): ResolvedRoles {
  const resolved = given.map((each) => ({ ...each, name: nameOf(each), statements: statementsOf(each), needs: missingRole(each, given) }));
  return {
    names: [...new Set(resolved.map(({ name }) => name))].toSorted(),
    rights: {
      statements: resolved.filter(({ needs }) => needs === undefined).flatMap(({ statements }) => statements),
      idle: resolved.flatMap(({ name, needs, statements }) => (needs === undefined ? [] : [{ name, needs, statements }])),
    },
  };
}

function nameOf({ roleId, policy }: GivenRole): string {
  return policy?.name ?? systemRole(roleId)?.name ?? roleId;
}

function statementsOf({ roleId, policy, scope, enterpriseProjectId }: GivenRole): readonly GrantedStatement[] {
  const bounds = { enterpriseProjectId, isGlobalOnly: scope === "domain", mayOperate: systemRole(roleId)?.isOperators === true };
  // The catalog holds only documents that were judged when they came in.
  const own: readonly PolicyStatement[] = policy === undefined ? [] : parsePolicy(policy.document).statements;
  return (systemStatements.get(roleId) ?? own).map((statement) => ({ ...statement, ...bounds }));
}

/** Name of the first role that this one depends on and that has no effect beside it; undefined when nothing is missing. */
function missingRole(one: GivenRole, given: readonly GivenRole[]): string | undefined {
  const missing = systemRole(one.roleId)?.dependsOn.find(
    (id) => !given.some((other) => other.roleId === id && covers(other, one) && missingRole(other, given) === undefined),
  );
  return missing === undefined ? undefined : (systemRole(missing)?.name ?? missing);
}

/** Tells whether one role was given at least where the other one was. */
function covers(one: GivenRole, other: GivenRole): boolean {
  const isThere = one.enterpriseProjectId === undefined || one.enterpriseProjectId === other.enterpriseProjectId;
  return isThere && (one.scope !== "domain" || other.scope === "domain");
}
