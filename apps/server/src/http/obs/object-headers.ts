import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObjectRecord } from "../../ports/bucket-catalog.ts";
import { toldEncryption } from "./encryption-headers.ts";
import type { ObsRequest } from "./obs-request.ts";
import { s3StorageClass } from "./storage-class.ts";

const metadataPrefix = "x-amz-meta-";
const standardHeaders = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"];

/** The headers of a request that are kept with the object and come back with it. Their size is checked by the use case. */
export function keptHeaders(request: ObsRequest): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of request.headerNames) {
    const value = request.header(name) ?? "";
    if (name.startsWith(metadataPrefix)) {
      kept[name] = value;
    } else if (name === "content-encoding") {
      const encodings = value.split(",").filter((encoding) => encoding.trim() !== "aws-chunked" && encoding.trim() !== "");
      if (encodings.length > 0) {
        kept[name] = encodings.join(",").trim();
      }
    } else if (standardHeaders.includes(name)) {
      kept[name] = value;
    }
  }
  return kept;
}

/** What S3 gives a content that names no type. */
export const unknownContentType = "binary/octet-stream";

/** What every answer about an object says of it, in the words of the caller's dialect. */
export function objectHeaders(object: ObjectRecord, request: ObsRequest): Record<string, string | undefined> {
  const isObsDialect = request.header("authorization")?.startsWith("OBS ") === true;
  const metadata = Object.entries(object.metadata);
  return {
    ...Object.fromEntries(metadata.map(([name, value]) => [isObsDialect ? name.replace(/^x-amz-/, "x-obs-") : name, value])),
    "content-type": object.contentType,
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.modifiedAt).toUTCString(),
    "accept-ranges": "bytes",
    "x-amz-storage-class": object.storageClass === "STANDARD" ? undefined : s3StorageClass[object.storageClass],
    "x-obs-storage-class": object.storageClass,
    ...toldEncryption(object),
  };
}

/**
 * Headers that the query of a download asks to be answered with in place of the object's own, as presigned links do to name the
 * file that a browser saves.
 *
 * Throws  obs.InvalidArgument for values that no header may have
 */
export function overriddenHeaders(request: ObsRequest): Record<string, string> {
  const overridden: Record<string, string> = {};
  for (const name of ["content-type", ...standardHeaders]) {
    const value = request.parameter(`response-${name}`);
    if (value !== undefined) {
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
        throw new ServiceError("obs.InvalidArgument", { name: `response-${name}`, reason: "it holds control characters" });
      }
      overridden[name] = value;
    }
  }
  return overridden;
}
