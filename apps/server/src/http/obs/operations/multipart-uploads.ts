import { ServiceError } from "@tintype/contract/service-error.ts";
import { abortUpload as abort } from "../../../buckets/abort-upload.ts";
import type { NamedPart } from "../../../buckets/choose-parts.ts";
import { completeUpload as complete } from "../../../buckets/complete-upload.ts";
import { createUpload as create } from "../../../buckets/create-upload.ts";
import { unquoteEtag } from "../etag.ts";
import { toldEncryption } from "../encryption-headers.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { readXmlBody } from "../read-xml-body.ts";
import { checksumAlgorithms } from "../request-payload.ts";
import { writeXml } from "../xml/write-xml.ts";
import type { XmlElement } from "../xml/parse-xml.ts";
import { objectDescription, writeConditionOf } from "./object-description.ts";
import { uploadAddress } from "./upload-address.ts";

/** CreateMultipartUpload. */
export async function createUpload(call: ObsCall): Promise<ObsAnswer> {
  const upload = await create(call.services, await objectDescription(call));
  const { bucket, key, uploadId } = upload;
  const body = writeXml(["InitiateMultipartUploadResult", ["Bucket", bucket], ["Key", key], ["UploadId", uploadId]]);
  return { status: 200, headers: toldEncryption(upload), body };
}

/**
 * CompleteMultipartUpload. Parts are recognised by their ETags, the MD5 of their content, so the checksums that a client
 * repeats for each part add nothing; a checksum of the whole object is refused, since nobody reads the whole object here.
 */
export async function completeUpload(call: ObsCall): Promise<ObsAnswer> {
  const { request, services, address } = call;
  const checksum = checksumAlgorithms.find((algorithm) => request.header(`x-amz-checksum-${algorithm}`) !== undefined);
  if (checksum !== undefined) {
    throw new ServiceError("obs.NotImplemented", { what: `A checksum (${checksum}) of a whole multipart object` });
  }
  const document = await readXmlBody(call, call.payload(), "CompleteMultipartUpload");
  const parts = document?.all("Part").map(namedPart) ?? [];
  const object = await complete(services, { ...uploadAddress(call), condition: writeConditionOf(call) }, parts);
  const location = `http://${request.header("host") ?? ""}/${address.bucket}/${encodeURI(address.key)}`;
  const { bucket, key, etag } = object;
  const body = writeXml(["CompleteMultipartUploadResult", ["Location", location], ["Bucket", bucket], ["Key", key], ["ETag", `"${etag}"`]]);
  return { status: 200, headers: toldEncryption(object), body };
}

/** AbortMultipartUpload. */
export async function abortUpload(call: ObsCall): Promise<ObsAnswer> {
  await abort(call.services, uploadAddress(call));
  return { status: 204 };
}

function namedPart(element: XmlElement): NamedPart {
  const number = element.text("PartNumber")?.trim() ?? "";
  const etag = element.text("ETag");
  if (!/^\d{1,5}$/.test(number) || etag === undefined) {
    throw new ServiceError("obs.MalformedXML", { reason: "every Part needs a PartNumber and an ETag" });
  }
  return { partNumber: Number(number), etag: unquoteEtag(etag) };
}
