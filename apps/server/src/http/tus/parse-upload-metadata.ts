import { ServiceError } from "@tintype/contract/service-error.ts";
import { longestUploadMetadata } from "@tintype/contract/tus/tus-protocol.ts";
import type { UploadTarget } from "../../ports/upload-catalog.ts";

const mediaType = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:; ?[\w=".+-]{1,100})?$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads `Upload-Metadata`: names and base64 values, with commas between them.
 *
 * Throws  tus.invalidHeader
 * Source  tus resumable upload protocol 1.0.0, "Upload-Metadata"
 */
export function parseUploadMetadata(header: string): ReadonlyMap<string, string> {
  if (header.length > longestUploadMetadata) {
    throw invalid(`it has more than ${longestUploadMetadata} characters`);
  }
  const metadata = new Map<string, string>();
  if (header.trim() === "") {
    return metadata;
  }
  for (const pair of header.split(",")) {
    const [name = "", base64 = "", ...more] = pair.trim().split(" ");
    if (!/^[\x21-\x7e]+$/.test(name) || more.length > 0) {
      throw invalid("each pair is a name in ASCII, a space, and a value in base64");
    }
    if (metadata.has(name)) {
      throw invalid(`${name.slice(0, 100)} is there twice`);
    }
    metadata.set(name, decode(name, base64));
  }
  return metadata;
}

/** Where a file goes, by what its client wrote about it. Throws  tus.targetUnclear */
export function targetOf(metadata: ReadonlyMap<string, string>): UploadTarget {
  const [bucket, key, imageId] = ["bucket", "key", "image"].map((name) => metadata.get(name));
  if (imageId !== undefined && bucket === undefined && key === undefined && imageId !== "") {
    return { kind: "image", imageId };
  }
  if (imageId === undefined && bucket !== undefined && key !== undefined && bucket !== "" && key !== "") {
    const type = metadata.get("filetype") ?? "";
    return { kind: "object", bucket, key, contentType: mediaType.test(type) ? type : "application/octet-stream" };
  }
  const named = ["bucket", "key", "image"].filter((name) => (metadata.get(name) ?? "") !== "");
  throw new ServiceError("tus.targetUnclear", {
    reason: named.length === 0 ? "nothing is named" : `${named.join(" and ")} is what it names`,
  });
}

function decode(name: string, base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") !== base64) {
    throw invalid(`the value of ${name.slice(0, 100)} is no base64`);
  }
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw invalid(`the value of ${name.slice(0, 100)} is no UTF-8`, error);
  }
}

function invalid(reason: string, cause?: unknown): ServiceError {
  return new ServiceError("tus.invalidHeader", { header: "Upload-Metadata", reason }, { cause });
}
