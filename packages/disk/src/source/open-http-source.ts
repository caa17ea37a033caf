import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { Limiter } from "../core/limiter.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { systemTimers } from "../core/system-timers.ts";
import type { Timers } from "../core/timers.ts";
import { HttpExchange } from "./http-exchange.ts";
import { checkRangeResponse, versionOf } from "./judge-response.ts";
import type { ObjectVersion } from "./judge-response.ts";
import { nameOf, requestRange } from "./range-request.ts";
import type { RangeRequestOptions } from "./range-request.ts";
import { readBody } from "./read-body.ts";
import { retrying } from "./retrying.ts";
import type { RetryPolicy } from "./retrying.ts";

export interface HttpSourceOptions extends ReadOptions {
  /** Default: the global one, which goes to any address. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Sent with every request to the address, and not to other hosts that it redirects to. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Answers the headers of a request with its signature among them. */
  readonly sign?: RangeRequestOptions["sign"];
  /** Default: 5 attempts, 200 ms to 5 s apart. */
  readonly retry?: RetryPolicy | undefined;
  /** Longest wait for the next bytes, in milliseconds. Default 30 s. */
  readonly stallMs?: number | undefined;
  /** Requests at a time. Default 8. */
  readonly requestsAtATime?: number | undefined;
  readonly timers?: Timers | undefined;
}

/** The options with their defaults filled in. */
interface Settings extends RangeRequestOptions {
  readonly retry: RetryPolicy;
  readonly stallMs: number;
  readonly requestsAtATime: number;
  readonly timers: Timers;
}

/**
 * Opens an object of a web server for random reading, by range requests. What it is (length, ETag, time of change) is learnt once and checked in
 * every answer, so that bytes of two versions are never mixed. Put `readAhead` above it: each read is one request.
 *
 * Addresses are not checked: this asks wherever it is sent, also inside the own network. A service that opens addresses of its users must give a
 * `fetch` that resolves, checks and pins them; redirects come back to that `fetch` one by one.
 *
 * Memory  what one read returns, and one chunk of the connection
 * Throws  disk.unsupported (not http or https, no ranges, no length), disk.unsafe (a redirect elsewhere), disk.io (no such object, not allowed,
 *         the server or the connection fails again and again, the object changed); the signal's reason
 * Source  RFC 9110, 13.1.5 (If-Range), 14 (ranges)
 */
export async function openHttpSource(address: string | URL, options: HttpSourceOptions = {}): Promise<ByteSource> {
  const { url, headers } = parseAddress(address);
  const settings: Settings = {
    fetch: options.fetch ?? globalThis.fetch,
    headers: { ...headers, ...options.headers },
    origin: url.origin,
    sign: options.sign,
    retry: options.retry ?? { attempts: 5, firstDelayMs: 200, maxDelayMs: 5000 },
    stallMs: options.stallMs ?? 30_000,
    requestsAtATime: options.requestsAtATime ?? 8,
    timers: options.timers ?? systemTimers,
  };
  const signal = options.signal ?? new AbortController().signal;
  return retrying(() => openOnce(url, settings, signal), { policy: settings.retry, timers: settings.timers, signal });
}

/** Takes user and password, which fetch refuses, out of the address. */
function parseAddress(address: string | URL): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
  const url = URL.parse(String(address));
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new DiskError("disk.unsupported", `${url === null ? "This" : nameOf(url)} is not an http or https address.`, {
      remedy: "Give an address like https://server/disk.qcow2.",
    });
  }
  const { username, password } = url;
  [url.username, url.password, url.hash] = ["", "", ""];
  if (username === "" && password === "") {
    return { url, headers: {} };
  }
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  return { url, headers: { authorization: `Basic ${login}` } };
}

async function openOnce(url: URL, settings: Settings, signal: AbortSignal): Promise<ByteSource> {
  const name = nameOf(url);
  using exchange = new HttpExchange({ ...settings, name, signal });
  const { response, url: servedFrom } = await requestRange(url, { range: "bytes=0-0" }, { exchange, options: settings });
  const version = versionOf(response, name);
  // The one byte is read, and not given up, so that the connection serves the next request too.
  if (response.status === 206) {
    await readBody(response, new Uint8Array(1), { exchange, name });
  }
  return new HttpSource({ url, servedFrom, version, settings });
}

class HttpSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #url: URL;
  readonly #name: string;
  readonly #version: ObjectVersion;
  readonly #settings: Settings;
  readonly #requests: Limiter;
  readonly #closing = new AbortController();
  /** Where redirects led to. Such an address may hold for a short time only. */
  #servedFrom: URL;

  constructor(facts: { readonly url: URL; readonly servedFrom: URL; readonly version: ObjectVersion; readonly settings: Settings }) {
    this.#url = facts.url;
    this.#servedFrom = facts.servedFrom;
    this.#name = nameOf(facts.url);
    this.#version = facts.version;
    this.#settings = facts.settings;
    this.#requests = new Limiter(facts.settings.requestsAtATime);
    this.lengthBytes = facts.version.lengthBytes;
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    const signal = AbortSignal.any([this.#closing.signal, ...(options?.signal === undefined ? [] : [options.signal])]);
    signal.throwIfAborted();
    if (target.length > 0) {
      const { retry: policy, timers } = this.#settings;
      await this.#requests.run(() => retrying(() => this.#readOnce(target, offset, signal), { policy, timers, signal }));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new DiskError("disk.io", `${this.#name} was closed.`));
  }

  async #readOnce(target: Uint8Array, first: number, signal: AbortSignal): Promise<void> {
    const last = first + target.length - 1;
    using exchange = new HttpExchange({ ...this.#settings, name: this.#name, signal });
    const response = await this.#request(first, last, exchange);
    checkRangeResponse(response, { name: this.#name, first, last, version: this.#version });
    await readBody(response, target, { exchange, name: this.#name });
  }

  async #request(first: number, last: number, exchange: HttpExchange): Promise<Response> {
    const { etag } = this.#version;
    // A weak ETag or a time does not prove that bytes are the same, and is compared only.
    const ifRange = etag === null || etag.startsWith("W/") ? {} : { "if-range": etag };
    const range = { range: `bytes=${first}-${last}`, ...ifRange };
    const ask = async (from: URL): Promise<Response> => {
      const { response, url } = await requestRange(from, range, { exchange, options: this.#settings });
      this.#servedFrom = url;
      return response;
    };
    const isRedirected = this.#servedFrom.href !== this.#url.href;
    const response = await ask(this.#servedFrom);
    if (isRedirected && response.status >= 400 && response.status < 500) {
      await response.body?.cancel();
      return ask(this.#url);
    }
    return response;
  }
}
