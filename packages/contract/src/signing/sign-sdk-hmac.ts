import { canonicalQuery, canonicalUri, payloadHashHeader, signingDateHeader } from "./sdk-hmac-canonical.ts";
import { formatSdkDate, formatSdkHmacAuthorization, sdkHmacSignature } from "./sdk-hmac-signature.ts";

/** What a client signs. */
export interface SigningRequest {
  readonly method: string;
  readonly url: URL;
  /** Headers that are to be signed besides the date and the host. Names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, hex, or `UNSIGNED-PAYLOAD`; that of no bytes when there is no body. */
  readonly bodyHash: string;
  readonly keys: { readonly accessKey: string; readonly secretKey: string };
  readonly date: Date;
}

/**
 * Signs a request with SDK-HMAC-SHA256, the scheme of Huawei Cloud's access keys.
 *
 * Shape   answers all headers to send: those given, `host`, `X-Sdk-Date`, `X-Sdk-Content-Sha256` and `Authorization`
 * Source  the signing guide of Huawei Cloud's API gateway, "AK/SK signing and authentication algorithm"
 */
export function signSdkHmac(request: SigningRequest): Record<string, string> {
  const date = formatSdkDate(request.date);
  const headers: Record<string, string> = { host: request.url.host, [signingDateHeader]: date, [payloadHashHeader]: request.bodyHash };
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name.toLowerCase()] = value;
  }
  const signedHeaders = Object.keys(headers).sort();
  const parts = {
    method: request.method,
    uri: canonicalUri(request.url.pathname, "decoded"),
    query: canonicalQuery(request.url.search.slice(1)),
    headers,
    signedHeaders,
    payloadHash: request.bodyHash,
  };
  const signature = sdkHmacSignature(parts, date, request.keys.secretKey);
  return { ...headers, authorization: formatSdkHmacAuthorization({ access: request.keys.accessKey, signedHeaders, signature }) };
}
