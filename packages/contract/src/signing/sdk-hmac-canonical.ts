import { createHash } from "node:crypto";

/** Header that carries the payload's digest, lower case. */
export const payloadHashHeader = "x-sdk-content-sha256";
/** Header that carries the time of signing, lower case. */
export const signingDateHeader = "x-sdk-date";
/** What stands in the payload's place when the body is not signed. */
export const unsignedPayload = "UNSIGNED-PAYLOAD";

/** One request as SDK-HMAC-SHA256 sees it. */
export interface CanonicalParts {
  readonly method: string;
  /** From `canonicalUri`. */
  readonly uri: string;
  /** From `canonicalQuery`. */
  readonly query: string;
  /** Values by lower-case header name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Lower-case names in the order in which they are signed. */
  readonly signedHeaders: readonly string[];
  /** SHA-256 of the body, hex, or `unsignedPayload`. */
  readonly payloadHash: string;
}

/** Percent-encodes everything but the unreserved characters of RFC 3986 (letters, digits, `-`, `_`, `.`, `~`). */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The path of a canonical request: every segment encoded, with a trailing slash.
 *
 * `decoded` takes percent-encoding away first, as most clients do. Some sign the path as it goes over the wire once more
 * encoded (`%20` becomes `%2520`): `encoded` does that, and a server has to try both.
 */
export function canonicalUri(path: string, segments: "decoded" | "encoded"): string {
  const uri = path
    .split("/")
    .map((segment) => encodeRfc3986(segments === "decoded" ? decodePercent(segment) : segment))
    .join("/");
  return uri.endsWith("/") ? uri : `${uri}/`;
}

/** The query of a canonical request, from the text after `?`: pairs decoded, sorted by name and value (code units), encoded again; a name alone gets an empty value. */
export function canonicalQuery(query: string): string {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return { name: decodeQuery(name), value: decodeQuery(value) };
    })
    .sort((a, b) => compareCodeUnits(a.name, b.name) || compareCodeUnits(a.value, b.value))
    .map(({ name, value }) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .join("&");
}

/** SHA-256 of the canonical request, hex: what the string to sign is made of. A header that is signed but absent counts as empty. */
export function canonicalRequestHash(parts: CanonicalParts): string {
  const headers = parts.signedHeaders.map((name) => `${name}:${(parts.headers[name] ?? "").trim()}\n`).join("");
  const { method, uri, query, signedHeaders, payloadHash } = parts;
  return sha256Hex([method, uri, query, headers, signedHeaders.join(";"), payloadHash].join("\n"));
}

/** SHA-256 as lower-case hex. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function decodeQuery(text: string): string {
  return decodePercent(text.replaceAll("+", " "));
}

/** Takes percent-encoding away; a text that is not properly encoded stands for itself. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      return text;
    }
    throw error;
  }
}

function compareCodeUnits(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
