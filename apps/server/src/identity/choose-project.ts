import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Principal } from "../ports/principal.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { principalOfUser } from "./principal-of-user.ts";
import type { KnownUser } from "./principal-of-user.ts";

/** What a signed request says about whom it is for; the empty text says nothing. */
export interface NamedScope {
  readonly projectId?: string | undefined;
  readonly domainId?: string | undefined;
}

/**
 * The project that a request without a scope of its own is for: the one it names, or the one named after the region, or the user's only
 * one. With several and none named, the principal has no project, which is enough to ask which ones there are. A request that names
 * the caller's domain and no project is for the domain.
 *
 * Throws  identity.projectNotGranted when the project named does not exist for the user
 */
export async function chooseProject(
  deps: Pick<IdentityDeps, "catalog" | "region">,
  who: KnownUser,
  { projectId = "", domainId = "" }: NamedScope = {},
): Promise<Principal> {
  const { identity } = deps.catalog;
  if (projectId !== "") {
    const project = await identity.project({ id: projectId });
    const principal = project && (await principalOfUser(deps, who, { project }));
    if (principal === undefined) {
      throw new ServiceError("identity.projectNotGranted", { projectId: projectId.slice(0, 100) });
    }
    return principal;
  }
  if (domainId !== "" && domainId === (who.agency?.domain ?? who.domain).id) {
    return await principalIn(deps, who, "domain");
  }
  const projects = who.agency === undefined ? await identity.projects({ userId: who.user.id }) : [];
  const enabled = projects.filter((project) => project.enabled);
  const usual = enabled.find(({ name }) => name === deps.region) ?? (enabled.length === 1 ? enabled[0] : undefined);
  return await principalIn(deps, who, usual && { project: usual });
}

async function principalIn(...call: Parameters<typeof principalOfUser>): Promise<Principal> {
  const principal = await principalOfUser(...call);
  if (principal === undefined) {
    throw new Error(`The user ${call[1].user.id} lists a project in which it has no role`);
  }
  return principal;
}
