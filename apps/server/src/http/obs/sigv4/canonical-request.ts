import type { ObsRequest } from "../obs-request.ts";
import { encodeRfc3986 } from "./encode-rfc3986.ts";

/** What of a request was signed. */
export interface SignedParts {
  readonly signedHeaders: readonly string[];
  /** The value that stands for the body: a digest or one of the words for "not signed here". */
  readonly payloadHash: string;
  /** Query parameter that is not part of what was signed: the signature itself. */
  readonly withoutParameter?: string;
}

/**
 * The text whose digest a client signs. Path and query are taken as they mean, not as they are spelt, so that it does not matter
 * which characters a client left unescaped on the wire.
 *
 * Source  Amazon S3 API reference, "Authenticating requests: using the Authorization header", task 1
 */
export function canonicalRequest(request: Pick<ObsRequest, "method" | "segments" | "query" | "headerValues">, parts: SignedParts): string {
  const path = `/${request.segments.map(encodeRfc3986).join("/")}`;
  const query = request.query
    .filter(([name]) => name !== parts.withoutParameter)
    .map(([name, value]) => ({ name: encodeRfc3986(name), value: encodeRfc3986(value) }))
    .sort((one, other) => compareText(one.name, other.name) || compareText(one.value, other.value))
    .map(({ name, value }) => `${name}=${value}`)
    .join("&");
  const headers = parts.signedHeaders.map((name) => `${name}:${request.headerValues(name).map(collapseSpaces).join(",")}\n`).join("");
  return [request.method, path, query, headers, parts.signedHeaders.join(";"), parts.payloadHash].join("\n");
}

/** Encoded text is ASCII, so comparing code units compares bytes. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function collapseSpaces(value: string): string {
  return value.trim().replace(/ +/g, " ");
}
