import { createHash } from "node:crypto";
import { ApiError } from "../errors/api-error.ts";
import { ConnectionError } from "../errors/connection-error.ts";
import { isTransient } from "../errors/is-transient.ts";
import { SetupError } from "../errors/setup-error.ts";
import { exchange } from "../http/exchange.ts";
import { parseJson } from "../http/parse-json.ts";
import { readText } from "../http/read-text.ts";
import { retrying } from "../timing/retrying.ts";
import type { RetryPolicy } from "../timing/retrying.ts";
import type { Timers } from "../timing/timers.ts";
import type { Authenticator } from "./authenticator.ts";
import type { Credentials } from "./credentials.ts";
import { KeyAuthenticator } from "./key-authenticator.ts";
import { PasswordAuthenticator } from "./password-authenticator.ts";

/** A body that streams, made anew for every attempt. */
export interface StreamedBody {
  readonly lengthBytes: number;
  readonly open: () => ReadableStream<Uint8Array>;
}

/** One call of the service. */
export interface Call {
  /** Which of the addresses: the API's, the Image API's or the buckets'. */
  readonly to: "api" | "image" | "buckets";
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** Percent-encoded, starts with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | StreamedBody;
  /** Default: `patient` for calls that change nothing and for deletes, `once` for all others. */
  readonly retry?: "once" | "patient";
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SessionOptions {
  /** Address of the identity service, e.g. `http://127.0.0.1:9292/v3`. */
  readonly authUrl: URL;
  /** Address of the API; default: what the catalog says (type `image`). */
  readonly apiUrl?: URL | undefined;
  /** Address of the buckets; default: what the catalog says (type `object-store` or `obs`). */
  readonly bucketsUrl?: URL | undefined;
  readonly credentials: Credentials;
  readonly timers: Timers;
  /** Told of every request before it is sent, without any proof of identity. */
  readonly onRequest?:
    | ((request: {
        readonly method: string;
        readonly url: URL;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string | undefined;
      }) => void)
    | undefined;
}

const patientMethods: ReadonlySet<Call["method"]> = new Set(["GET", "HEAD", "DELETE"]);
const patientPolicy: RetryPolicy = { attempts: 4, firstDelayMs: 250, maxDelayMs: 2000 };
const oncePolicy: RetryPolicy = { attempts: 1, firstDelayMs: 0, maxDelayMs: 0 };
const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Calls the service on somebody's behalf: finds its addresses, proves who calls, tries again where that can help.
 *
 * Memory  an answer of at most 16 MiB; streamed bodies are not kept
 * Throws  ConnectionError, ApiError
 */
export class Session {
  readonly timers: Timers;
  readonly #options: SessionOptions;
  readonly #authenticator: Authenticator;
  #reached = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.timers = options.timers;
    const { authUrl, credentials, timers } = options;
    this.#authenticator =
      credentials.kind === "password"
        ? new PasswordAuthenticator({ authUrl, credentials, timers })
        : new KeyAuthenticator({ authUrl, credentials, timers });
  }

  /** Id of the project that the session works in. */
  async projectId(): Promise<string> {
    return (await this.#authenticator.scope()).projectId;
  }

  /** Sends a call; the answer's body is the caller's to read. */
  send(call: Call): Promise<Response> {
    return this.#patiently(call, () => this.#sendAuthorized(call));
  }

  /** Sends a call and reads its answer as text, within the call's time limit. */
  text(call: Call): Promise<string> {
    const limit = AbortSignal.timeout(call.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = call.signal === undefined ? limit : AbortSignal.any([call.signal, limit]);
    const limited = { ...call, signal };
    return this.#patiently(limited, async () => readText(await this.#sendAuthorized(limited), MAX_ANSWER_BYTES, signal));
  }

  /** Sends a call and reads its answer as JSON; an empty one is `undefined`. */
  async json(call: Omit<Call, "body" | "to"> & { readonly to?: "api" | "image"; readonly body?: object }): Promise<unknown> {
    const { body, to = "api", ...rest } = call;
    const headers = { ...call.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const text = await this.text({ ...rest, to, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return text === "" ? undefined : parseJson(text, `${call.method} ${call.path}`);
  }

  /** A service that has answered before may be away for a moment; one that never has is simply not there. */
  async #patiently<T>(call: Call, work: () => Promise<T>): Promise<T> {
    const patient = call.retry === "patient" || (call.retry === undefined && patientMethods.has(call.method));
    const result = await retrying(work, {
      policy: patient ? patientPolicy : oncePolicy,
      timers: this.timers,
      signal: call.signal,
      isTransient: (error) => isTransient(error) && (this.#reached || !(error instanceof ConnectionError)),
    });
    this.#reached = true;
    return result;
  }

  async #sendAuthorized(call: Call): Promise<Response> {
    try {
      return await this.#sendOnce(call);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && this.#authenticator.renew()) {
        return this.#sendOnce(call);
      }
      throw error;
    }
  }

  async #sendOnce(call: Call): Promise<Response> {
    const url = await this.#urlOf(call);
    const { method, body, signal } = call;
    const text = typeof body === "string" ? body : undefined;
    this.#options.onRequest?.({ method, url, headers: call.headers ?? {}, body: text });
    const streamed = typeof body === "object" ? { "content-length": String(body.lengthBytes) } : {};
    const headers = await this.#authenticator.authorize({ method, url, headers: call.headers ?? {}, bodyHash: hashOf(body) });
    return exchange({ method, url, headers: { ...headers, ...streamed }, body: typeof body === "object" ? body.open() : body, signal });
  }

  async #urlOf(call: Call): Promise<URL> {
    const base = await this.#baseOf(call.to);
    const url = new URL(`${base.href.replace(/\/+$/, "")}${call.path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) {
        url.searchParams.set(name, String(value));
      }
    }
    // Signing and most servers take "+" for a plus sign.
    url.search = url.search.replaceAll("+", "%20");
    return url;
  }

  async #baseOf(to: Call["to"]): Promise<URL> {
    const { apiUrl, bucketsUrl } = this.#options;
    if (to === "buckets") {
      return bucketsUrl ?? (await this.#find("object-store", "obs"));
    }
    if (to === "image") {
      return apiUrl === undefined ? await this.#find("image") : new URL(`${apiUrl.href.replace(/\/+$/, "")}/image`);
    }
    return apiUrl ?? (await this.#find("ims", "image"));
  }

  async #find(...types: readonly string[]): Promise<URL> {
    const { catalog } = await this.#authenticator.scope();
    // In the order of the types: the address of the Image API is not that of IMS everywhere.
    const [entry] = types.flatMap((wanted) => catalog.filter(({ type }) => type === wanted));
    if (entry === undefined) {
      throw new SetupError(`The service catalog names no address of type ${types.join(" or ")}.`);
    }
    // A version at the end of the address belongs to the paths that are called.
    return new URL(entry.url.replace(/\/v\d+(\.\d+)?\/?$/, ""));
  }
}

function hashOf(body: Call["body"]): string {
  return typeof body === "object"
    ? "UNSIGNED-PAYLOAD"
    : createHash("sha256")
        .update(body ?? "")
        .digest("hex");
}
