import { Socket } from "node:net";
import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { payloadHashHeader, unsignedPayload } from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { chunkStream, offsetStream } from "@tintype/contract/tus/tus-protocol.ts";
import { readChunkRecords } from "../../uploads/chunk-records.ts";
import { expandRecords } from "../../uploads/expand-records.ts";
import { KnownReader } from "../../uploads/known-reader.ts";
import type { ReferenceDeps } from "../../uploads/known-reader.ts";
import { projectOf } from "../../identity/project-of.ts";
import type { PushedTo } from "../../uploads/known-chunks.ts";
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
  const promised = promisedDigests(headers);
  return {
    lengthBytes: headers["transfer-encoding"] === undefined ? (readBytes(headers, "Content-Length") ?? 0) : undefined,
    pieces: piecesOf(raw),
    promised,
    cancel: () => void raw.destroy(),
  };
}

/** Tells whether a request has a body of records. */
export function hasRecords({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers["content-type"]?.toLowerCase() === chunkStream;
}

/**
 * The bytes of a file whose records a request carries. How many these are is told by the records alone.
 *
 * Memory  as `expandRecords` and `KnownReader`
 * Throws  identity.projectRequired; tus.invalidHeader for a promised digest, since what would be digested is not the file
 */
export function recordsBodyOf(
  request: Pick<FastifyRequest, "headers" | "raw" | "principal">,
  deps: ReferenceDeps,
  uploadId: string,
): UploadBody {
  const { headers, raw } = request;
  if (promisedDigests(headers).length > 0) {
    const header = headers["upload-checksum"] === undefined ? "X-Sdk-Content-Sha256" : "Upload-Checksum";
    throw new ServiceError("tus.invalidHeader", { header, reason: `records have no checksum; a signed request says ${unsignedPayload}` });
  }
  let isCancelled = false;
  const isOver = (): boolean => isCancelled || (raw.socket instanceof Socket && raw.socket.destroyed);
  return {
    lengthBytes: undefined,
    pieces: expandedBody(request, { deps, pushedTo: { projectId: projectOf(request.principal), uploadId }, isOver }),
    promised: [],
    cancel: () => {
      isCancelled = true;
      raw.destroy();
    },
  };
}

async function* expandedBody(
  { raw, principal }: Pick<FastifyRequest, "raw" | "principal">,
  { deps, pushedTo, isOver }: { readonly deps: ReferenceDeps; readonly pushedTo: PushedTo; readonly isOver: () => boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  await using reader = new KnownReader(deps, principal, pushedTo);
  yield* expandRecords({ reader, records: readChunkRecords(piecesOf(raw)), isOver });
}

function promisedDigests(headers: FastifyRequest["headers"]): readonly PromisedDigest[] {
  return [readChecksum(headers), signedDigest(headers)].filter((digest) => digest !== undefined);
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
