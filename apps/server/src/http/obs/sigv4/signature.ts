import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { scopeText } from "./credential-scope.ts";
import type { CredentialScope } from "./credential-scope.ts";

/** SHA-256 of nothing, hex. */
export const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Lower-case hex. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A key for one day, region and service, derived from the secret key. */
export function signingKey(secret: string, { date, region, service }: CredentialScope): Buffer {
  return [date, region, service, "aws4_request"].reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));
}

/** What all signatures of a request have in common. */
export interface SigningContext {
  readonly key: Uint8Array;
  /** As sent, `yyyyMMddTHHmmssZ`. */
  readonly amzDate: string;
  readonly scope: CredentialScope;
}

/** Signs `lines` under a name of the algorithm; lower-case hex. */
export function sign({ key, amzDate, scope }: SigningContext, algorithm: string, ...lines: readonly string[]): string {
  return hmac(key, [algorithm, amzDate, scopeText(scope), ...lines].join("\n")).toString("hex");
}

/** Compares in a time that tells nothing about where two signatures differ. */
export function isSameSignature(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(sha256Hex(one)), Buffer.from(sha256Hex(other)));
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
