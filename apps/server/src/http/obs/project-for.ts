import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { bucketResource, objectResource } from "../../identity/bucket-resource.ts";
import { requireRights } from "../../identity/require-rights.ts";
import type { ProjectId } from "../../ports/ids.ts";
import type { Principal } from "../../ports/principal.ts";

/**
 * Answers the project that a principal calls for, if it may do there what it asks with that bucket or object. For an action
 * on objects without a key it tells whether there may be any object for which it may.
 *
 * Throws  obs.AccessDenied, obs.AccessDenied.noProject
 */
export function projectFor(
  principal: Principal,
  action: Action,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): ProjectId {
  if (principal.project === undefined) {
    throw new ServiceError("obs.AccessDenied.noProject");
  }
  const isKnown = bucket !== "" && (key !== "" || action.startsWith("obs:bucket:"));
  const resource = key === "" ? bucketResource(bucket) : objectResource(bucket, key);
  requireRights(principal, [action], isKnown ? { resource } : {});
  return principal.project.id;
}
