import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";

/**
 * The open projects of accounts, which are named by their ids or their names.
 *
 * Throws  IMG.0108
 */
export async function projectsOfAccounts(
  { identity }: Pick<Catalog, "identity">,
  accounts: readonly string[],
): Promise<readonly ProjectId[]> {
  const found: ProjectId[] = [];
  for (const account of accounts) {
    const domain = (await identity.domain({ id: account })) ?? (await identity.domain({ name: account }));
    if (domain === undefined) {
      throw new ServiceError("IMG.0108", { project: account });
    }
    found.push(...(await identity.projects({ domainId: domain.id })).filter(({ enabled }) => enabled).map(({ id }) => id));
  }
  return found;
}
