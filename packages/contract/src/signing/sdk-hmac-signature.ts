import { createHmac } from "node:crypto";
import { canonicalRequestHash } from "./sdk-hmac-canonical.ts";
import type { CanonicalParts } from "./sdk-hmac-canonical.ts";

/** Name of the scheme, as the Authorization header starts. */
export const sdkHmacAlgorithm = "SDK-HMAC-SHA256";

/** What an Authorization header of this scheme says. */
export interface SdkHmacAuthorization {
  readonly access: string;
  /** Lower-case names, in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  /** 64 hex digits. */
  readonly signature: string;
}

/** The signature of a canonical request, hex. `date` is the text of the `X-Sdk-Date` header. */
export function sdkHmacSignature(parts: CanonicalParts, date: string, secret: string): string {
  const text = [sdkHmacAlgorithm, date, canonicalRequestHash(parts)].join("\n");
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** Reads an Authorization header; undefined when it is not one of this scheme or is not well formed. */
export function parseSdkHmacAuthorization(header: string): SdkHmacAuthorization | undefined {
  const match = /^SDK-HMAC-SHA256 +Access=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(header.trim());
  const [, access, names, signature] = match ?? [];
  if (access === undefined || names === undefined || signature === undefined) {
    return undefined;
  }
  return { access, signedHeaders: names.toLowerCase().split(";"), signature };
}

/** Writes an Authorization header. */
export function formatSdkHmacAuthorization({ access, signedHeaders, signature }: SdkHmacAuthorization): string {
  return `${sdkHmacAlgorithm} Access=${access}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
}

/** An instant as `X-Sdk-Date` writes it: `yyyyMMddTHHmmssZ`, UTC. */
export function formatSdkDate(instant: Date): string {
  return instant.toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Reads an `X-Sdk-Date`; answers milliseconds since 1970, or undefined when it is not a date of that form. */
export function parseSdkDate(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, year, month, day, hour, minute, second] = match;
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}
