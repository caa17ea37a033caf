import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import { imageResources } from "../enterprise-projects/move-image.ts";
import { principalInProject } from "../enterprise-projects/principal-in-project.ts";
import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import type { ImageTag } from "../images/image-tags.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { addImageTags } from "./add-image-tags.ts";
import type { RemovedTag } from "./given-tag-rules.table.ts";
import type { ImageTagsDeps } from "./image-tags-deps.ts";
import { keysOnceRules, someTagsRules, tagFormRules } from "./predefined-tag-rules.table.ts";
import { removeImageTags } from "./remove-image-tags.ts";

/** A thing that has tags. */
export interface Resource {
  readonly type: string;
  readonly id: string;
}

/** Which things, of which project. */
export interface Resources {
  /** The principal's own when it is not told. */
  readonly projectId: string | undefined;
  readonly resources: readonly Resource[];
}

/** A thing whose tags did not change, and why. */
export interface FailedResource extends Resource {
  readonly error: ServiceError;
}

/**
 * Gives tags to several things. What fails for one does not stop the others.
 *
 * Throws  TMS.0004; TMS.0009, TMS.0010, TMS.0012 (tags), TMS.2011 (project)
 */
export async function tagResources(
  deps: ImageTagsDeps,
  principal: Principal,
  { tags, ...resources }: Resources & { readonly tags: readonly ImageTag[] },
): Promise<readonly FailedResource[]> {
  requireRights(principal, ["tms:resourceTags:create"]);
  checkRules(tagFormRules, { tags });
  checkRules(keysOnceRules, { tags });
  const inProject = await requireProject(deps, principal, resources.projectId);
  return await forEach(resources, (imageId) => addImageTags(deps, inProject, { imageId, tags }));
}

/**
 * Takes tags off several things. What fails for one does not stop the others.
 *
 * Throws  TMS.0004; TMS.0009, TMS.0012 (tags), TMS.2011 (project)
 */
export async function untagResources(
  deps: ImageTagsDeps,
  principal: Principal,
  { tags, ...resources }: Resources & { readonly tags: readonly RemovedTag[] },
): Promise<readonly FailedResource[]> {
  requireRights(principal, ["tms:resourceTags:delete"]);
  checkRules(someTagsRules, { tags });
  checkRules(keysOnceRules, { tags });
  const inProject = await requireProject(deps, principal, resources.projectId);
  return await forEach(resources, (imageId) => removeImageTags(deps, inProject, { imageId, tags }));
}

/**
 * The principal in a project that a call names.
 *
 * Throws  TMS.2011 when its credentials do not reach it
 */
export async function requireProject(
  deps: { readonly catalog: Catalog },
  principal: Principal,
  projectId: string | undefined = principal.project?.id,
): Promise<Principal> {
  const inProject = projectId === undefined ? undefined : await principalInProject(deps, principal, projectId);
  if (inProject === undefined) {
    throw new ServiceError("TMS.2011", { id: projectId?.slice(0, 100) ?? "" });
  }
  return inProject;
}

/** The refusal of a type of things that this service has none of. */
export function unknownType(type: string): ServiceError {
  return new ServiceError("TMS.5027", { type: type.slice(0, 100) });
}

async function forEach({ resources }: Resources, work: (id: string) => Promise<void>): Promise<readonly FailedResource[]> {
  const failed: FailedResource[] = [];
  for (const resource of resources) {
    try {
      if (resource.type !== imageResources) {
        throw unknownType(resource.type);
      }
      await work(resource.id);
    } catch (error) {
      if (!isServiceError(error) || error.status >= 500) {
        throw error;
      }
      failed.push({ ...resource, error });
    }
  }
  return failed;
}
