import { requireUpload } from "../../../buckets/require-upload.ts";
import type { UploadPartRecord } from "../../../ports/bucket-catalog.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { s3StorageClass } from "../storage-class.ts";
import { writeXml } from "../xml/write-xml.ts";
import type { XmlNode } from "../xml/write-xml.ts";
import { integerParameter, listParameters } from "./list-parameters.ts";
import { ownerNode } from "./owner-node.ts";
import { uploadAddress } from "./upload-address.ts";

/** ListParts: what of an upload has arrived, so that a client can go on where it stopped. */
export async function listParts(call: ObsCall): Promise<ObsAnswer> {
  const { services, request, principal } = call;
  const { limit } = listParameters(call, "max-parts");
  const marker = integerParameter(request.parameter("part-number-marker") ?? "", "part-number-marker") ?? 0;
  const upload = await requireUpload(services.catalog, uploadAddress(call));
  const left = (await services.catalog.buckets.parts(upload.uploadId)).filter(({ partNumber }) => partNumber > marker);
  const parts = left.slice(0, limit);
  const isTruncated = left.length > parts.length;
  const body = writeXml([
    "ListPartsResult",
    ["Bucket", upload.bucket],
    ["Key", upload.key],
    ["UploadId", upload.uploadId],
    ownerNode(principal, "Initiator"),
    ownerNode(principal),
    ["StorageClass", s3StorageClass[upload.storageClass]],
    ["PartNumberMarker", marker],
    ...(isTruncated ? [["NextPartNumberMarker", parts.at(-1)?.partNumber ?? marker] as const] : []),
    ["MaxParts", limit],
    ["IsTruncated", isTruncated],
    ...parts.map(partNode),
  ]);
  return { status: 200, body };
}

function partNode({ partNumber, part, etag, modifiedAt }: UploadPartRecord): XmlNode {
  return [
    "Part",
    ["PartNumber", partNumber],
    ["LastModified", new Date(modifiedAt).toISOString()],
    ["ETag", `"${etag}"`],
    ["Size", part.lengthBytes],
  ];
}
