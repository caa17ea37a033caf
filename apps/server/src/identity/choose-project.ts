import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DomainRecord, UserRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { principalOfUser } from "./principal-of-user.ts";

/**
 * The project that a request without a scope of its own is for: the one it names, or the one named after the region, or the user's only
 * one. With several and none named, the principal has no project, which is enough to ask which ones there are.
 *
 * Throws  identity.projectNotGranted when the project named does not exist for the user
 */
export async function chooseProject(
  deps: Pick<IdentityDeps, "catalog" | "region">,
  who: { readonly user: UserRecord; readonly domain: DomainRecord; readonly method: Principal["method"] },
  namedId: string | undefined,
): Promise<Principal> {
  const { identity } = deps.catalog;
  if (namedId !== undefined && namedId !== "") {
    const project = await identity.project({ id: namedId });
    const principal = project && (await principalOfUser(deps, who, project));
    if (principal === undefined) {
      throw new ServiceError("identity.projectNotGranted", { projectId: namedId.slice(0, 100) });
    }
    return principal;
  }
  const projects = (await identity.projects({ userId: who.user.id })).filter(({ enabled }) => enabled);
  const usual = projects.find(({ name }) => name === deps.region) ?? (projects.length === 1 ? projects[0] : undefined);
  const principal = await principalOfUser(deps, who, usual);
  if (principal === undefined) {
    throw new Error(`The user ${who.user.id} lists a project in which it has no role`);
  }
  return principal;
}
