import { isUtf8 } from "node:buffer";
import { ServiceError } from "@tintype/contract/service-error.ts";

/** A request as a client meant it: names and values decoded, nothing interpreted. */
export interface ObsRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** The path between slashes, decoded: what a signature is computed over. */
  readonly segments: readonly string[];
  /** Empty when the request is about all buckets. */
  readonly bucket: string;
  /** Empty when the request is about a bucket. */
  readonly key: string;
  /** Query parameters in the order they came, decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headerNames: readonly string[];
  /** All values of a header, by its name in lower case. */
  headerValues(name: string): readonly string[];
  /** The value of a header; several are joined by commas. */
  header(name: string): string | undefined;
  parameter(name: string): string | undefined;
}

/** The parts of an HTTP request that make an `ObsRequest`. Header values are what Node makes of them: a character for each byte. */
export interface RawRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/**
 * Reads a request. A bucket stands first in the path, or, where the service has a domain of its own, in front of it in `Host`.
 *
 * Throws  obs.InvalidURI
 */
export function parseObsRequest(raw: RawRequest, domain?: string): ObsRequest {
  const headers = groupHeaders(raw.rawHeaders);
  const [path = "", queryText = ""] = splitOnce(raw.target, "?");
  if (!path.startsWith("/")) {
    throw new ServiceError("obs.InvalidURI", { reason: "the path must begin with a slash" });
  }
  const segments = path.slice(1).split("/").map(decode);
  const query = parseQuery(queryText);
  const bucketOfHost = bucketInHost(headers.get("host")?.[0] ?? "", domain);
  const [bucket = "", ...rest] = bucketOfHost === undefined ? segments : [bucketOfHost, ...segments];
  return {
    method: raw.method,
    target: raw.target,
    segments,
    bucket,
    key: rest.join("/"),
    query,
    headerNames: [...headers.keys()],
    headerValues: (name) => headers.get(name) ?? [],
    header: (name) => headers.get(name)?.join(","),
    parameter: (name) => query.find(([found]) => found === name)?.[1],
  };
}

function groupHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const bytes = Buffer.from(rawHeaders[index + 1] ?? "", "latin1");
    // Some clients sign UTF-8 and send Latin-1.
    const value = bytes.toString(isUtf8(bytes) ? "utf8" : "latin1");
    const values = headers.get(name);
    if (values === undefined) {
      headers.set(name, [value]);
    } else {
      values.push(value);
    }
  }
  return headers;
}

/** In a query a plus sign stands for a space; one that is meant is escaped. */
function parseQuery(text: string): readonly (readonly [string, string])[] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", value = ""] = splitOnce(pair.replaceAll("+", " "), "=");
      return [decode(name), decode(value)] as const;
    });
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new ServiceError("obs.InvalidURI", { reason: "an escape is broken, or its bytes are not UTF-8" }, { cause: error });
  }
}

function bucketInHost(host: string, domain: string | undefined): string | undefined {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return domain !== undefined && name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : undefined;
}
