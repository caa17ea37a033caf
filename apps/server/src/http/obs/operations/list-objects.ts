import { ServiceError } from "@tintype/contract/service-error.ts";
import { listObjects as list } from "../../../buckets/list-objects.ts";
import type { ListPage } from "../../../buckets/list-objects.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { s3StorageClass } from "../storage-class.ts";
import { writeXml } from "../xml/write-xml.ts";
import type { XmlNode } from "../xml/write-xml.ts";
import { listParameters } from "./list-parameters.ts";
import type { ListParameters } from "./list-parameters.ts";
import { ownerNode } from "./owner-node.ts";

/** ListObjects, the first version: pages go on behind a key. */
export async function listObjectsV1(call: ObsCall): Promise<ObsAnswer> {
  const parameters = listParameters(call, "max-keys");
  const marker = call.request.parameter("marker") ?? "";
  const page = await list(call.services, { ...call.address, ...parameters, after: marker });
  const body = writeXml([
    "ListBucketResult",
    ...commonNodes(call, parameters, page),
    ["Marker", parameters.encode(marker)],
    ...(page.next === undefined ? [] : [["NextMarker", parameters.encode(page.next)] as const]),
    ...entryNodes(page, parameters, ownerNode(call.principal)),
  ]);
  return { status: 200, body };
}

/** ListObjectsV2: pages go on with a token. */
export async function listObjectsV2(call: ObsCall): Promise<ObsAnswer> {
  const { request } = call;
  const parameters = listParameters(call, "max-keys");
  const token = request.parameter("continuation-token");
  const startAfter = request.parameter("start-after");
  const page = await list(call.services, {
    ...call.address,
    ...parameters,
    after: token === undefined ? (startAfter ?? "") : readToken(token),
  });
  const owner = request.parameter("fetch-owner") === "true" ? ownerNode(call.principal) : undefined;
  const body = writeXml([
    "ListBucketResult",
    ...commonNodes(call, parameters, page),
    ["KeyCount", page.objects.length + page.commonPrefixes.length],
    ...(token === undefined ? [] : [["ContinuationToken", token] as const]),
    ...(startAfter === undefined ? [] : [["StartAfter", parameters.encode(startAfter)] as const]),
    ...(page.next === undefined ? [] : [["NextContinuationToken", writeToken(page.next)] as const]),
    ...entryNodes(page, parameters, owner),
  ]);
  return { status: 200, body };
}

function commonNodes(
  { address }: ObsCall,
  { prefix, delimiter, limit, encodingType, encode }: ListParameters,
  page: ListPage,
): readonly XmlNode[] {
  return [
    ["Name", address.bucket],
    ["Prefix", encode(prefix)],
    ...(delimiter === "" ? [] : [["Delimiter", encode(delimiter)] as const]),
    ["MaxKeys", limit],
    ...(encodingType === undefined ? [] : [["EncodingType", encodingType] as const]),
    ["IsTruncated", page.next !== undefined],
  ];
}

function entryNodes({ objects, commonPrefixes }: ListPage, { encode }: ListParameters, owner: XmlNode | undefined): readonly XmlNode[] {
  return [
    ...objects.map(({ key, modifiedAt, etag, lengthBytes, storageClass }): XmlNode => [
      "Contents",
      ["Key", encode(key)],
      ["LastModified", new Date(modifiedAt).toISOString()],
      ["ETag", `"${etag}"`],
      ["Size", lengthBytes],
      ["StorageClass", s3StorageClass[storageClass]],
      owner,
    ]),
    ...commonPrefixes.map((prefix): XmlNode => ["CommonPrefixes", ["Prefix", encode(prefix)]]),
  ];
}

function writeToken(after: string): string {
  return Buffer.from(after).toString("base64url");
}

function readToken(token: string): string {
  const after = Buffer.from(token, "base64url").toString("utf8");
  if (token === "" || writeToken(after) !== token) {
    throw new ServiceError("obs.InvalidArgument", { name: "continuation-token", reason: "it is not one that a listing answered" });
  }
  return after;
}
