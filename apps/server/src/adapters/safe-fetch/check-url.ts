import { isIP } from "node:net";
import { UrlError } from "../../ports/url-reader.ts";
import { isBlockedAddress } from "./is-blocked-address.ts";

/** Finds the addresses of a host name. Throws when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** A URL that may be opened, and the addresses that connections to it may go to. */
export interface CheckedUrl {
  readonly url: URL;
  readonly addresses: readonly string[];
}

const longestUrl = 2048;
const defaultPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/**
 * Reads a URL, and refuses what may lead into the machine or its network: other schemes, credentials, addresses in odd spelling, and
 * hosts with any address that is not public, unless `allowed` names their host and port (`host:port`).
 *
 * Throws  UrlError
 */
export async function checkUrl(
  text: string,
  { resolve, allowed }: { readonly resolve: Resolve; readonly allowed: ReadonlySet<string> },
): Promise<CheckedUrl> {
  const url = parse(text);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) > 0 ? [host] : await addressesOf(host, resolve);
  if (!allowed.has(placeOf(url)) && addresses.some(isBlockedAddress)) {
    throw new UrlError("refused", `${placeOf(url)} is not public. The operator can allow it in the setting fetch.allow.`);
  }
  return { url, addresses };
}

/** `host:port` of a URL; empty when it is none. */
export function placeOf(text: string | URL): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url === undefined ? "" : `${url.hostname}:${url.port || defaultPorts[url.protocol]}`;
}

function parse(text: string): URL {
  if (text.length > longestUrl || !URL.canParse(text)) {
    throw new UrlError("refused", `That is no URL, or one of more than ${longestUrl} characters.`);
  }
  const url = new URL(text);
  if (!Object.hasOwn(defaultPorts, url.protocol)) {
    throw new UrlError("refused", "Only http and https URLs are opened.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new UrlError("refused", "A URL with a user name or a password in it is not opened: it would be kept and shown.");
  }
  // The URL parser turns 0x7f.1, 2130706433 and the like into addresses; whoever writes them so means to get past somebody.
  if (isIP(url.hostname) === 4 && hostAsWritten(text) !== url.hostname) {
    throw new UrlError("refused", "Write the address as four decimal numbers.");
  }
  return url;
}

function hostAsWritten(text: string): string {
  const [, host = ""] = /^[a-z]+:[\\/]+([^\\/?#:]*)/i.exec(text.trim()) ?? [];
  return host;
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await resolve(host);
  } catch (error) {
    throw new UrlError("refused", `The host ${host} has no address. Check its name.`, { cause: error });
  }
  if (addresses.length === 0) {
    throw new UrlError("refused", `The host ${host} has no address. Check its name.`);
  }
  return addresses;
}
