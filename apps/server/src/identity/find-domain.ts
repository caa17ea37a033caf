import type { DomainRecord } from "../ports/identity-catalog.ts";
import type { IdentityDeps } from "./identity-deps.ts";

/** A domain named by id or by name. */
export interface DomainReference {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** The domain that is meant; the id counts where both are given. Undefined when there is none, or nothing is named. */
export async function findDomain(
  { catalog }: Pick<IdentityDeps, "catalog">,
  { id, name }: DomainReference,
): Promise<DomainRecord | undefined> {
  if (id !== undefined) {
    return await catalog.identity.domain({ id });
  }
  return name === undefined || name === "" ? undefined : await catalog.identity.domain({ name });
}
