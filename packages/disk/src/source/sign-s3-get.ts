import { createHash, createHmac } from "node:crypto";

export interface S3Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of credentials that hold for a time only. */
  readonly sessionToken?: string | undefined;
}

export interface S3GetRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly region: string;
  /** Milliseconds since 1970; servers accept about 15 minutes of difference. */
  readonly now: number;
}

/** SHA-256 of no bytes: a GET has no body. */
const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Headers that proxies leave alone, and that are therefore signed if they are there. */
const signedAlways: ReadonlySet<string> = new Set(["host", "range"]);

/**
 * Signs a GET request to an S3 service with AWS Signature Version 4 and answers all headers to send.
 *
 * Shape   the path of `url` is taken as it is: percent-encoded once, as S3 wants it
 * Source  AWS, "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)"
 */
export function signS3Get({ url, headers, region, now }: S3GetRequest, credentials: S3Credentials): Readonly<Record<string, string>> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const sent: Record<string, string> = { ...headers, "x-amz-content-sha256": EMPTY_SHA256, "x-amz-date": time };
  if (credentials.sessionToken !== undefined) {
    sent["x-amz-security-token"] = credentials.sessionToken;
  }
  const signed = Object.entries({ ...sent, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, " ")] as const)
    .filter(([name]) => signedAlways.has(name) || name.startsWith("x-amz-"))
    .sort(byName);
  const names = signed.map(([name]) => name).join(";");
  const headerLines = signed.map(([name, value]) => `${name}:${value}\n`).join("");
  const canonical = ["GET", url.pathname, canonicalQuery(url), headerLines, names, EMPTY_SHA256].join("\n");
  const scope = [time.slice(0, 8), region, "s3", "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", time, scope.join("/"), createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = scope.reduce<Uint8Array>(hmac, Buffer.from(`AWS4${credentials.secretKey}`));
  const claim = `Credential=${credentials.accessKey}/${scope.join("/")}, SignedHeaders=${names}`;
  return { ...sent, authorization: `AWS4-HMAC-SHA256 ${claim}, Signature=${Buffer.from(hmac(key, toSign)).toString("hex")}` };
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return createHmac("sha256", key).update(text).digest();
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => [encodeStrictly(name), encodeStrictly(value)] as const)
    .sort((one, other) => byName(one, other) || compare(one[1], other[1]))
    .map((pair) => pair.join("="))
    .join("&");
}

/** Percent-encodes everything but letters, digits and `-._~`. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function byName(one: readonly [string, string], other: readonly [string, string]): number {
  return compare(one[0], other[0]);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
