import type { IncomingHttpHeaders } from "node:http";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { tusChecksums } from "@tintype/contract/tus/tus-protocol.ts";
import type { PromisedDigest } from "../../uploads/upload-body.ts";

/** A header that is there once, as it was sent; undefined when it is absent. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(",") : value;
}

/** A header that is a number of bytes; undefined when it is absent. Throws  tus.invalidHeader */
export function readBytes(headers: IncomingHttpHeaders, header: string): number | undefined {
  const text = headerOf(headers, header);
  if (text === undefined) {
    return undefined;
  }
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new ServiceError("tus.invalidHeader", { header, reason: "it must be a number of bytes, in digits" });
  }
  return value;
}

/** The length of a new file; undefined when the client says that it comes later. Throws  tus.invalidHeader */
export function readNewLength(headers: IncomingHttpHeaders): number | undefined {
  const lengthBytes = readBytes(headers, "Upload-Length");
  const deferred = headerOf(headers, "upload-defer-length");
  if (deferred !== undefined && deferred !== "1") {
    throw new ServiceError("tus.invalidHeader", { header: "Upload-Defer-Length", reason: "its only value is 1" });
  }
  if ((lengthBytes === undefined) === (deferred === undefined)) {
    throw new ServiceError("tus.invalidHeader", {
      header: "Upload-Length",
      reason: "either it is given, or Upload-Defer-Length: 1",
    });
  }
  return lengthBytes;
}

/** The digest that `Upload-Checksum` promises; undefined when it is absent. Throws  tus.invalidHeader, tus.checksumUnsupported */
export function readChecksum(headers: IncomingHttpHeaders): PromisedDigest | undefined {
  const text = headerOf(headers, "upload-checksum");
  if (text === undefined) {
    return undefined;
  }
  const [algorithm = "", base64 = "", ...more] = text.split(" ");
  if (!isChecksum(algorithm)) {
    const algorithms = Object.keys(tusChecksums).join(", ");
    throw new ServiceError("tus.checksumUnsupported", { algorithm: algorithm.slice(0, 40), algorithms });
  }
  const bytes = Buffer.from(base64, "base64");
  if (more.length > 0 || bytes.length !== tusChecksums[algorithm] || bytes.toString("base64") !== base64) {
    const reason = `behind the algorithm and a space it must be ${tusChecksums[algorithm]} bytes in base64`;
    throw new ServiceError("tus.invalidHeader", { header: "Upload-Checksum", reason });
  }
  return { algorithm, hex: bytes.toString("hex"), code: "tus.checksumMismatch" };
}

function isChecksum(name: string): name is keyof typeof tusChecksums {
  return Object.hasOwn(tusChecksums, name);
}
