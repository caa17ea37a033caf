import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FilterResourcesBody } from "@tintype/contract/eps/resources.ts";
import type { ResourceQuery } from "../../enterprise-projects/list-resources.ts";

/**
 * Reads which resources are asked for. Without projects, they are those of the credentials' own one.
 *
 * Throws  EPS.0020 … EPS.0024 for lists that are empty or have something twice
 */
export function parseResourceFilter(
  body: FilterResourcesBody,
  ownProjectId: string | undefined,
): Omit<ResourceQuery, "enterpriseProjectId"> {
  const { projects = ownProjectId === undefined ? [] : [ownProjectId], resource_types: resourceTypes, matches = [] } = body;
  const wrong = [
    projects.length === 0 && "EPS.0020",
    new Set(projects).size < projects.length && "EPS.0021",
    resourceTypes.length === 0 && "EPS.0023",
    new Set(resourceTypes).size < resourceTypes.length && "EPS.0024",
  ] as const;
  const code = wrong.find((each) => each !== false);
  if (code !== undefined) {
    throw new ServiceError(code);
  }
  return { projectIds: projects, resourceTypes, nameContains: matches[0]?.value, offset: body.offset ?? 0, limit: body.limit ?? 1000 };
}
