import { ServiceError } from "@tintype/contract/service-error.ts";
import { copyObject as copy } from "../../../buckets/copy-object.ts";
import { toldEncryption } from "../encryption-headers.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { writeXml } from "../xml/write-xml.ts";
import { copySourceOf } from "./copy-source.ts";
import { objectDescription, writeConditionOf } from "./object-description.ts";

/** CopyObject, with the source's metadata or the request's own. */
export async function copyObject(call: ObsCall): Promise<ObsAnswer> {
  const { request, address, services } = call;
  const source = copySourceOf(call);
  const directive = request.header("x-amz-metadata-directive")?.toUpperCase() ?? "COPY";
  const own = { ...(await objectDescription(call)), condition: writeConditionOf(call) };
  const isSelf = source.from.bucket === address.bucket && source.from.key === address.key;
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw new ServiceError("obs.InvalidArgument", { name: "x-amz-metadata-directive", reason: "it must be COPY or REPLACE" });
  }
  if (isSelf && directive === "COPY" && own.storageClass === undefined && own.encryption === undefined) {
    throw new ServiceError("obs.InvalidRequest", {
      reason: "an object is copied onto itself without changing its metadata, storage class or encryption",
    });
  }
  const object = await copy(services, source, ({ contentType, metadata }) =>
    directive === "REPLACE" ? own : { ...own, contentType, metadata },
  );
  const modifiedAt = new Date(object.modifiedAt).toISOString();
  const body = writeXml(["CopyObjectResult", ["LastModified", modifiedAt], ["ETag", `"${object.etag}"`]]);
  return { status: 200, headers: toldEncryption(object), body };
}
