import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObjectDescription } from "../../../buckets/store-object.ts";
import type { WriteCondition } from "../../../buckets/write-condition.ts";
import { wantedEncryption } from "../encryption-headers.ts";
import { unquoteEtag } from "../etag.ts";
import { keptHeaders, unknownContentType } from "../object-headers.ts";
import type { ObsCall } from "../obs-call.ts";
import { storageClassOf } from "../storage-class.ts";

/** What the headers of a request say of the object that it makes. Throws  what `wantedEncryption` throws */
export async function objectDescription(call: ObsCall): Promise<ObjectDescription> {
  const { request, address } = call;
  return {
    ...address,
    encryption: await wantedEncryption(call),
    contentType: request.header("content-type") ?? unknownContentType,
    storageClass: storageClassOf(request),
    metadata: keptHeaders(request),
  };
}

/** What must be true of the key for the object to be put. Throws  obs.NotImplemented for conditions that S3 does not know either */
export function writeConditionOf({ request }: ObsCall): WriteCondition | undefined {
  const ifNoneMatch = request.header("if-none-match");
  const ifMatch = request.header("if-match");
  if (ifNoneMatch !== undefined && (ifNoneMatch.trim() !== "*" || ifMatch !== undefined)) {
    throw new ServiceError("obs.NotImplemented", { what: "If-None-Match on a write with anything but *, or together with If-Match" });
  }
  if (ifNoneMatch !== undefined) {
    return { kind: "absent" };
  }
  return ifMatch === undefined ? undefined : { kind: "etag", etag: unquoteEtag(ifMatch) };
}
