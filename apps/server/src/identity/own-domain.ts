import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DomainId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { mayDo } from "./authorize.ts";
import type { IdentityDeps } from "./identity-deps.ts";

/** Tells whether a principal looks after the users of every domain, not only of its own. */
export function isOperator(principal: Principal): boolean {
  return mayDo(principal, "tintype:identity:manageAll");
}

/**
 * The domain that a call is about: the one it names, or the caller's.
 *
 * Throws  identity.notFound for a domain that does not exist, and for another than the caller's, unless it is an operator
 */
export async function domainFor(
  { catalog }: Pick<IdentityDeps, "catalog">,
  principal: Principal,
  named: string | undefined,
): Promise<DomainId> {
  if (named === undefined || named === principal.domainId) {
    return principal.domainId;
  }
  const found = isOperator(principal) ? await catalog.identity.domain({ id: named }) : undefined;
  if (found === undefined) {
    throw new ServiceError("identity.notFound", { kind: "domain", id: named.slice(0, 100) });
  }
  return found.id;
}

/**
 * A thing that exists for the caller: one of its domain.
 *
 * Throws  identity.notFound
 */
export function inOwnDomain<T extends { readonly domainId: DomainId }>(
  principal: Principal,
  thing: T | undefined,
  what: { readonly kind: string; readonly id: string },
): T {
  if (thing === undefined || (thing.domainId !== principal.domainId && !isOperator(principal))) {
    throw new ServiceError("identity.notFound", { kind: what.kind, id: what.id.slice(0, 100) });
  }
  return thing;
}
