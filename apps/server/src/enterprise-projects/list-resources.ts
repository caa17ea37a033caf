import { mayDo } from "../identity/authorize.ts";
import { requireRights } from "../identity/require-rights.ts";
import { pageOfAllowed } from "../images/allowed-images.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageFilter, ImageRecord } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { findEnterpriseProject } from "./find-enterprise-project.ts";
import { imageResources } from "./move-image.ts";
import { principalInProject } from "./principal-in-project.ts";

const action = "ims:images:list";

/** Which resources are asked for. */
export interface ResourceQuery {
  readonly enterpriseProjectId: string;
  /** Ids of projects, each once. */
  readonly projectIds: readonly string[];
  readonly resourceTypes: readonly string[];
  readonly nameContains: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Some of the resources, project by project and newest first, and the projects that could not be asked. */
export interface ResourcePage {
  readonly total: number;
  readonly images: readonly { readonly image: ImageRecord; readonly projectName: string }[];
  readonly unreachable: readonly string[];
}

/**
 * One page of the resources of an enterprise project. Types of which this service has none find none.
 *
 * Memory  two pages
 * Throws  EPS.0004, EPS.0005
 */
export async function listResources(
  deps: { readonly catalog: Catalog },
  principal: Principal,
  query: ResourceQuery,
): Promise<ResourcePage> {
  requireRights(principal, ["eps:resources:list"]);
  const { id } = await findEnterpriseProject(deps.catalog, principal.domainId, query.enterpriseProjectId);
  const asked = query.resourceTypes.includes(imageResources) ? query.projectIds : [];
  const found: ResourcePage["images"][number][] = [];
  const unreachable: string[] = [];
  let [total, passOver] = [0, query.offset];
  for (const projectId of asked) {
    const inProject = await principalInProject(deps, principal, projectId);
    if (inProject?.project === undefined || !mayDo(inProject, action)) {
      unreachable.push(projectId);
      continue;
    }
    const { project } = inProject;
    const page = { filter: filterOf(query, project.id, id), offset: passOver, limit: query.limit - found.length };
    const images = await pageOfAllowed(deps.catalog, { principal: inProject, action }, page);
    found.push(...images.images.map((image) => ({ image, projectName: project.name })));
    total += images.total;
    passOver = Math.max(0, passOver - images.total);
  }
  return { total, images: found, unreachable };
}

function filterOf({ nameContains = "" }: ResourceQuery, projectId: ProjectId, enterpriseProjectId: string): ImageFilter {
  return { projectId, enterpriseProjectIds: [enterpriseProjectId], ...(nameContains !== "" && { nameContains }) };
}
