import type { FastifyRequest } from "fastify";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { payloadHashHeader, unsignedPayload } from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import type { ReadBody } from "../incoming-body.ts";
import type { Upload } from "../../transfers/native/receive-upload.ts";

/**
 * Reads what a request says about the file that is its body.
 *
 * Throws  image.uploadType, image.invalidSize
 */
export function incomingFile({ headers, raw }: Pick<FastifyRequest, "headers" | "raw">, readBody: ReadBody): Upload {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/octet-stream") {
    throw new ServiceError("image.uploadType", { type: type === "" ? "absent" : `"${type.slice(0, 100)}"` });
  }
  const isSigned = headers["x-auth-token"] === undefined;
  const stated = headers[payloadHashHeader];
  const lengthBytes = lengthOf(headers);
  return {
    lengthBytes,
    body: readBody(raw, lengthBytes),
    sha256: isSigned && typeof stated === "string" && stated !== unsignedPayload ? stated.toLowerCase() : undefined,
  };
}

/** The two headers that tell the length must agree. */
function lengthOf(headers: FastifyRequest["headers"]): number | undefined {
  const length = headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
  const size = headers["x-openstack-image-size"];
  if (size === undefined) {
    return length;
  }
  const bytes = typeof size === "string" && /^\d{1,15}$/.test(size) ? Number(size) : undefined;
  if (bytes === undefined) {
    throw new ServiceError("image.invalidSize", { problem: "it is no number of bytes" });
  }
  if (length !== undefined && length !== bytes) {
    throw new ServiceError("image.invalidSize", { problem: `it says ${bytes}, and Content-Length ${length}` });
  }
  return bytes;
}
