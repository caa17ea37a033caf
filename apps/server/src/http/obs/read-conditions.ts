import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObjectSummary } from "../../ports/bucket-catalog.ts";
import { namesEtag } from "./etag.ts";

/** Conditions on an object that is read or copied, as their headers have them. */
export interface ReadConditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

/**
 * Answers false when the caller has the object already as it is. An ETag outweighs a date; a date that cannot be read counts as
 * absent.
 *
 * Throws  obs.PreconditionFailed
 * Source  RFC 9110, section 13.2.2
 */
export function isWanted(conditions: ReadConditions, object: Pick<ObjectSummary, "etag" | "modifiedAt">): boolean {
  const { ifMatch, ifNoneMatch } = conditions;
  // HTTP dates have whole seconds.
  const modifiedAt = Math.floor(object.modifiedAt / 1000) * 1000;
  const unmodifiedSince = Date.parse(conditions.ifUnmodifiedSince ?? "");
  if (ifMatch !== undefined && !namesEtag(ifMatch, object.etag)) {
    throw new ServiceError("obs.PreconditionFailed", { condition: "If-Match" });
  }
  if (ifMatch === undefined && modifiedAt > unmodifiedSince) {
    throw new ServiceError("obs.PreconditionFailed", { condition: "If-Unmodified-Since" });
  }
  if (ifNoneMatch !== undefined) {
    return !namesEtag(ifNoneMatch, object.etag);
  }
  const modifiedSince = Date.parse(conditions.ifModifiedSince ?? "");
  return Number.isNaN(modifiedSince) || modifiedAt > modifiedSince;
}
