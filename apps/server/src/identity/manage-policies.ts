import { ServiceError } from "@tintype/contract/service-error.ts";
import type { PolicyRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { inOwnDomain } from "./own-domain.ts";
import { parsePolicy } from "./parse-policy.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { systemRole } from "./system-roles.table.ts";

/** A policy that a domain writes for itself. */
export interface NewPolicy {
  readonly name: string;
  readonly description: string;
  readonly document: unknown;
}

/** Makes a custom policy of the caller's domain. Throws  identity.policyInvalid, identity.conflict */
export async function createPolicy(deps: IdentityDeps, principal: Principal, request: NewPolicy): Promise<PolicyRecord> {
  const { name, description } = request;
  const { document } = parsePolicy(request.document);
  const now = deps.clock.now();
  const words = { id: deps.ids.hex32(), domainId: principal.domainId, name, description };
  const policy: PolicyRecord = { ...words, document, createdAt: now, updatedAt: now };
  await refuseTaken({ kind: "policy", name }, async () => deps.catalog.identity.insertPolicy(policy));
  return policy;
}

/** The custom policies of the caller's domain, by name. */
export async function listPolicies({ catalog }: IdentityDeps, principal: Principal): Promise<readonly PolicyRecord[]> {
  return await catalog.identity.policies(principal.domainId);
}

/** A custom policy of the own domain. Throws  identity.notFound */
export async function getPolicy({ catalog }: IdentityDeps, principal: Principal, id: string): Promise<PolicyRecord> {
  return inOwnDomain(principal, await catalog.identity.policy({ id }), { kind: "policy", id });
}

/** Changes a custom policy; it counts for everybody who has it from the next call on. Throws  what the others do, identity.systemRole */
export async function updatePolicy(
  deps: IdentityDeps,
  principal: Principal,
  id: string,
  change: Partial<NewPolicy>,
): Promise<PolicyRecord> {
  const policy = await changeable(deps, principal, id);
  const { document, ...words } = change;
  const updatedAt = deps.clock.now();
  const changed = { ...words, ...(document === undefined ? {} : { document: parsePolicy(document).document }), updatedAt };
  await refuseTaken({ kind: "policy", name: words.name ?? "" }, () =>
    deps.catalog.transaction(({ identity }) => identity.updatePolicy(policy.id, changed)),
  );
  return { ...policy, ...changed };
}

/** Deletes a custom policy, and takes it from everybody who has it. Throws  identity.notFound, identity.systemRole */
export async function deletePolicy(deps: IdentityDeps, principal: Principal, id: string): Promise<void> {
  const policy = await changeable(deps, principal, id);
  await deps.catalog.transaction(({ identity }) => identity.deletePolicy(policy.id));
}

async function changeable(deps: IdentityDeps, principal: Principal, id: string): Promise<PolicyRecord> {
  const system = systemRole(id);
  if (system !== undefined) {
    throw new ServiceError("identity.systemRole", { name: system.name });
  }
  return await getPolicy(deps, principal, id);
}
