import { DiskError } from "../core/disk-error.ts";
import type { HttpExchange } from "./http-exchange.ts";

const MAX_REDIRECTS = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A request to be signed. */
export interface UnsignedRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RangeRequestOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly headers: Readonly<Record<string, string>>;
  /** The one origin that gets `headers`: they may hold a secret, and redirects lead elsewhere. */
  readonly origin: string;
  readonly sign: ((request: UnsignedRequest) => Readonly<Record<string, string>>) | undefined;
}

/**
 * Asks for a range of an object, and follows redirects within http and https, never from https to http. A signed request follows none.
 *
 * Shape   answers whatever came, its body unread, and the address that it came from
 * Throws  disk.unsafe (a redirect elsewhere, too many of them), disk.io (see `HttpExchange`)
 */
export async function requestRange(
  from: URL,
  range: Readonly<Record<string, string>>,
  { exchange, options }: { readonly exchange: HttpExchange; readonly options: RangeRequestOptions },
): Promise<{ readonly response: Response; readonly url: URL }> {
  let url = from;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const headers = { ...(url.origin === options.origin ? options.headers : {}), ...range };
    const response = await exchange.next(
      options.fetch(url, {
        headers: options.sign === undefined ? headers : options.sign({ url, headers }),
        redirect: "manual",
        signal: exchange.signal,
      }),
    );
    const location = response.headers.get("location");
    if (!redirects.has(response.status) || location === null) {
      return { response, url };
    }
    await response.body?.cancel();
    url = redirectTarget(url, location, options);
  }
  throw new DiskError("disk.unsafe", `${nameOf(from)} redirects more than ${MAX_REDIRECTS} times.`, {
    remedy: "Give the address that the redirects lead to.",
  });
}

function redirectTarget(url: URL, location: string, { sign }: RangeRequestOptions): URL {
  const target = URL.parse(location, url);
  const isSafe = target !== null && (target.protocol === "https:" || (target.protocol === "http:" && url.protocol === "http:"));
  if (!isSafe || target.username !== "" || target.password !== "") {
    throw new DiskError(
      "disk.unsafe",
      `${nameOf(url)} redirects to ${target === null ? "no address" : nameOf(target)}, which is not followed.`,
      {
        remedy: "Give an http or https address that answers itself; from https only https is followed.",
      },
    );
  }
  if (sign !== undefined) {
    throw new DiskError("disk.unsafe", `${nameOf(url)} redirects a signed request to ${target.origin}, which is not followed.`, {
      remedy: "Give the endpoint and the region that the bucket lies in.",
    });
  }
  return target;
}

/** An address for messages, without user, password and query, which may be secret. */
export function nameOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
