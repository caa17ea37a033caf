import { Socket } from "node:net";
import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { payloadHashHeader, unsignedPayload } from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { offsetStream } from "@tintype/contract/tus/tus-protocol.ts";
import type { PromisedDigest, UploadBody } from "../../uploads/upload-body.ts";
import { freeingEach } from "../freeing-each.ts";
import { readBytes, readChecksum } from "./read-upload-headers.ts";

/** A body of which nothing comes for so long breaks off. */
const idleMs = 5 * 60 * 1000;

/** Tells whether a request has a body. */
export function hasBody({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/**
 * The bytes of a file that a request carries.
 *
 * Memory  one piece
 * Throws  tus.contentTypeUnsupported, tus.invalidHeader, tus.checksumUnsupported
 */
export function uploadBodyOf({ headers, raw }: Pick<FastifyRequest, "headers" | "raw">): UploadBody {
  const type = headers["content-type"] ?? "none";
  if (type.toLowerCase() !== offsetStream) {
    throw new ServiceError("tus.contentTypeUnsupported", { contentType: type.slice(0, 100) });
  }
  const promised = [readChecksum(headers), signedDigest(headers)].filter((digest) => digest !== undefined);
  return {
    lengthBytes: headers["transfer-encoding"] === undefined ? (readBytes(headers, "Content-Length") ?? 0) : undefined,
    pieces: piecesOf(raw),
    promised,
    cancel: () => void raw.destroy(),
  };
}

/** The digest that was signed, of a signed request that states one. */
function signedDigest(headers: FastifyRequest["headers"]): PromisedDigest | undefined {
  const stated = headers[payloadHashHeader];
  const isSigned = headers["x-auth-token"] === undefined && typeof stated === "string" && stated !== unsignedPayload;
  return isSigned ? { algorithm: "sha256", hex: stated.toLowerCase(), code: "identity.payloadMismatch" } : undefined;
}

async function* piecesOf(raw: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  using _watch = endingWhenIdle(raw);
  // A refusal in the middle still has to be answered, so leaving early must not end the connection.
  yield* freeingEach(raw.iterator({ destroyOnReturn: false }));
}

/** Ends a connection on which nothing moves, until disposal. */
function endingWhenIdle(raw: IncomingMessage): Disposable {
  // Calls that are made without a network have no socket that could be idle.
  const socket: unknown = raw.socket;
  if (!(socket instanceof Socket)) {
    return { [Symbol.dispose]() {} };
  }
  const end = (): void => void raw.destroy();
  socket.setTimeout(idleMs, end);
  return {
    [Symbol.dispose]() {
      socket.off("timeout", end);
      socket.setTimeout(0);
    },
  };
}
