import { ServiceError } from "@tintype/contract/service-error.ts";
import { copyObject as copy } from "../../../buckets/copy-object.ts";
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
  const own = { ...objectDescription(call), condition: writeConditionOf(call) };
  const isSelf = source.from.bucket === address.bucket && source.from.key === address.key;
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw new ServiceError("obs.InvalidArgument", { name: "x-amz-metadata-directive", reason: "it must be COPY or REPLACE" });
  }
  if (isSelf && directive === "COPY" && own.storageClass === undefined) {
    throw new ServiceError("obs.InvalidRequest", {
      reason: "an object is copied onto itself without changing its metadata or storage class",
    });
  }
  const object = await copy(services, source, ({ contentType, metadata }) =>
    directive === "REPLACE" ? own : { ...own, contentType, metadata },
  );
  const modifiedAt = new Date(object.modifiedAt).toISOString();
  return { status: 200, body: writeXml(["CopyObjectResult", ["LastModified", modifiedAt], ["ETag", `"${object.etag}"`]]) };
}
