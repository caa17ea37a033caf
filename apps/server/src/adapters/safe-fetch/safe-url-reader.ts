import { lookup } from "node:dns/promises";
import { request as requestPlain } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as requestSecure } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { UrlError } from "../../ports/url-reader.ts";
import type { OpenUrl, OpenUrlOptions, UrlReader } from "../../ports/url-reader.ts";
import { checkUrl, placeOf } from "./check-url.ts";
import type { CheckedUrl, Resolve } from "./check-url.ts";

/** What the reader goes by. */
export interface SafeUrlReaderOptions {
  /** `host:port` of places that are opened although they are not public. */
  readonly allowed: readonly string[];
  /** How long the other side may take until it begins to send what lies there, and say nothing after that. */
  readonly silenceMs: number;
  /** Finds the addresses of a host; the system's way by default. */
  readonly resolve?: Resolve;
}

const mostRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Opens URLs for users. Names are resolved once for each connection, every address is checked, and the connection goes to one of the
 * checked addresses, so that a name that changes its mind in between gains nothing. Redirects are followed by hand and checked alike.
 *
 * Memory  one piece as it comes from the connection
 */
export function safeUrlReader({ allowed, silenceMs, resolve = resolveBySystem }: SafeUrlReaderOptions): UrlReader {
  const rules = { resolve, allowed: new Set(allowed.map((place) => place.toLowerCase())) };
  return {
    async check(url) {
      await checkUrl(url, rules);
    },
    async open(text, { maxBytes, signal, headers: given = {}, isTrusted = false }) {
      let checked = await checkUrl(text, isTrusted ? { resolve, allowed: new Set([placeOf(text)]) } : rules);
      const { origin } = checked.url;
      for (let hops = 0; ; hops += 1) {
        const answer = await send(checked, { silenceMs, signal, headers: checked.url.origin === origin ? given : {} });
        const { statusCode = 0, headers } = answer;
        if (statusCode === 200) {
          return opened(answer, { maxBytes, silenceMs });
        }
        answer.destroy();
        if (!redirects.has(statusCode) || headers.location === undefined) {
          throw new UrlError("failed", `The host ${checked.url.hostname} answered ${statusCode}. Check the URL.`);
        }
        if (hops === mostRedirects) {
          throw new UrlError("failed", `The URL leads on more than ${mostRedirects} times. Name the last place.`);
        }
        checked = await checkUrl(nextUrl(headers.location, checked.url), rules);
      }
    },
  };
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, order: "verbatim" })).map(({ address }) => address);
}

function nextUrl(location: string, from: URL): string {
  if (!URL.canParse(location, from)) {
    throw new UrlError("failed", `The host ${from.hostname} leads on to what is no URL.`);
  }
  const next = new URL(location, from);
  if (from.protocol === "https:" && next.protocol === "http:") {
    throw new UrlError("refused", "An https URL that leads on to an http one is not followed.");
  }
  // A relative place, and one in odd spelling, go through the same check as what users write.
  return /^[a-z]+:/i.test(location) ? location : next.href;
}

async function send(
  { url, addresses }: CheckedUrl,
  { silenceMs, signal, headers }: Required<Pick<OpenUrlOptions, "signal" | "headers">> & { readonly silenceMs: number },
): Promise<IncomingMessage> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options: RequestOptions = {
    method: "GET",
    signal,
    lookup: pinned(addresses),
    headers: { ...headers, accept: "*/*", "accept-encoding": "identity", "user-agent": "tintype" },
    // A connection of its own: none is left over for another URL.
    agent: false,
  };
  const outgoing = (url.protocol === "https:" ? requestSecure : requestPlain)(url, options, resolve);
  // Hints and headers that drip are no answer, so it is not silence that is measured.
  AbortSignal.timeout(silenceMs).addEventListener("abort", () =>
    reject(new UrlError("failed", `The host ${url.hostname} gave no answer for ${silenceMs / 1000} s.`)),
  );
  outgoing.on("error", reject);
  // Without an error where the other side changes to another protocol.
  outgoing.on("close", () => reject(new UrlError("failed", `The host ${url.hostname} gave no answer. Check the URL.`)));
  outgoing.end();
  try {
    return await promise;
  } catch (error) {
    outgoing.destroy();
    signal.throwIfAborted();
    throw error instanceof UrlError ? error : new UrlError("failed", `The host ${url.hostname} cannot be reached.`, { cause: error });
  }
}

/** Answers the checked addresses whatever name is asked for; only one name is. */
function pinned(addresses: readonly string[]): LookupFunction {
  return (_host, options, done) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = all;
    if (options.all === true) {
      done(null, all);
    } else {
      done(null, first?.address ?? "", first?.family ?? 4);
    }
  };
}

function opened(answer: IncomingMessage, { maxBytes, silenceMs }: { readonly maxBytes: number; readonly silenceMs: number }): OpenUrl {
  const told = answer.headers["content-length"];
  const lengthBytes = told === undefined ? undefined : Number(told);
  if (lengthBytes !== undefined && lengthBytes > maxBytes) {
    answer.destroy();
    throw tooLong(maxBytes);
  }
  answer.setTimeout(silenceMs, () => answer.destroy(new UrlError("failed", `The other side said nothing for ${silenceMs / 1000} s.`)));
  return {
    lengthBytes,
    contentType: answer.headers["content-type"] ?? "",
    pieces: piecesOf(answer, maxBytes, lengthBytes),
    [Symbol.asyncDispose]: async () => {
      answer.destroy();
    },
  };
}

async function* piecesOf(answer: IncomingMessage, maxBytes: number, lengthBytes: number | undefined): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    // Without an encoding, pieces are buffers.
    for await (const piece of answer as AsyncIterable<Buffer>) {
      received += piece.length;
      if (received > maxBytes) {
        throw tooLong(maxBytes);
      }
      yield piece;
    }
  } catch (error) {
    throw error instanceof UrlError ? error : new UrlError("failed", `The connection broke after ${received} bytes.`, { cause: error });
  } finally {
    answer.destroy();
  }
  if (lengthBytes !== undefined && received !== lengthBytes) {
    throw new UrlError("failed", `${received} bytes came, and ${lengthBytes} were announced.`);
  }
}

function tooLong(maxBytes: number): UrlError {
  return new UrlError("refused", `What lies there is longer than ${maxBytes} bytes, the most that is taken.`);
}
