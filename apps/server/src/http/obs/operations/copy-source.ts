import { ServiceError } from "@tintype/contract/service-error.ts";
import type { CopySource } from "../../../buckets/copy-object.ts";
import { requireObjectKey } from "../../../buckets/object-keys.ts";
import type { ObsCall } from "../obs-call.ts";
import { projectFor } from "../project-for.ts";
import { isWanted } from "../read-conditions.ts";

/**
 * What `x-amz-copy-source` and its conditions name: `/bucket/key`, percent-encoded.
 *
 * Throws  obs.InvalidArgument, obs.NotImplemented (a version), obs.AccessDenied
 */
export function copySourceOf({ services, request, address, principal, signal }: ObsCall): CopySource {
  const [path = "", query] = (request.header("x-amz-copy-source") ?? "").split("?versionId=");
  if (query !== undefined && query !== "null") {
    throw new ServiceError("obs.NotImplemented", { what: "Versions of objects" });
  }
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new ServiceError("obs.InvalidArgument", { name: "x-amz-copy-source", reason: "it must be <bucket>/<key>, percent-encoded" });
  }
  projectFor(principal, "obs:object:GetObject", { bucket, key });
  const condition = (name: string) => request.header(`x-amz-copy-source-if-${name}`);
  return {
    from: { projectId: address.projectId, bucket, key },
    signal,
    async check(object) {
      await requireObjectKey(services.keys, principal, object);
      const conditions = {
        ifMatch: condition("match"),
        ifNoneMatch: condition("none-match"),
        ifModifiedSince: condition("modified-since"),
        ifUnmodifiedSince: condition("unmodified-since"),
      };
      if (!isWanted(conditions, object)) {
        throw new ServiceError("obs.PreconditionFailed", { condition: "x-amz-copy-source-if-none-match or -if-modified-since" });
      }
    },
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    throw new ServiceError("obs.InvalidArgument", { name: "x-amz-copy-source", reason: "an escape is broken" }, { cause: error });
  }
}
