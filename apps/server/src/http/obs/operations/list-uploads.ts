import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireBucket } from "../../../buckets/require-bucket.ts";
import type { UploadRecord } from "../../../ports/bucket-catalog.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { s3StorageClass } from "../storage-class.ts";
import { writeXml } from "../xml/write-xml.ts";
import type { XmlNode } from "../xml/write-xml.ts";
import { listParameters } from "./list-parameters.ts";
import type { ListParameters } from "./list-parameters.ts";
import { ownerNode } from "./owner-node.ts";

/** Comes after every upload id, which is made of hex digits: a marker without an id skips all uploads of its key. */
const behindAllIds = "~";

/** ListMultipartUploads, without grouping by a delimiter. */
export async function listUploads(call: ObsCall): Promise<ObsAnswer> {
  const { services, request, address } = call;
  const parameters = listParameters(call, "max-uploads");
  const { prefix, limit, encode, encodingType } = parameters;
  if (parameters.delimiter !== "") {
    throw new ServiceError("obs.NotImplemented", { what: "A delimiter in a list of uploads" });
  }
  await requireBucket(services.catalog, address);
  const keyMarker = request.parameter("key-marker") ?? "";
  const idMarker = request.parameter("upload-id-marker") ?? "";
  const after = keyMarker === "" ? undefined : { key: keyMarker, uploadId: idMarker === "" ? behindAllIds : idMarker };
  const found = await services.catalog.buckets.uploads(address.bucket, { prefix, after, limit: limit + 1 });
  const uploads = found.slice(0, limit);
  const last = found.length > limit ? uploads.at(-1) : undefined;
  const body = writeXml([
    "ListMultipartUploadsResult",
    ["Bucket", address.bucket],
    ["KeyMarker", encode(keyMarker)],
    ["UploadIdMarker", idMarker],
    ...(last === undefined ? [] : [["NextKeyMarker", encode(last.key)] as const, ["NextUploadIdMarker", last.uploadId] as const]),
    ["Prefix", encode(prefix)],
    ...(encodingType === undefined ? [] : [["EncodingType", encodingType] as const]),
    ["MaxUploads", limit],
    ["IsTruncated", last !== undefined],
    ...uploads.map((upload) => uploadNode(call, upload, parameters)),
  ]);
  return { status: 200, body };
}

function uploadNode({ principal }: ObsCall, { key, uploadId, storageClass, createdAt }: UploadRecord, { encode }: ListParameters): XmlNode {
  return [
    "Upload",
    ["Key", encode(key)],
    ["UploadId", uploadId],
    ownerNode(principal, "Initiator"),
    ownerNode(principal),
    ["StorageClass", s3StorageClass[storageClass]],
    ["Initiated", new Date(createdAt).toISOString()],
  ];
}
