import { readApiError } from "../errors/api-error.ts";
import { networkFailure } from "./network-failure.ts";

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one request, and answers only what is a success. Redirects are not followed: credentials go to the host they were meant for.
 *
 * Throws  ConnectionError when no answer came; ApiError when the answer is no success; the signal's reason when it was aborted
 */
export async function exchange(request: WireRequest): Promise<Response> {
  const { method, url, headers, body, signal } = request;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { ...headers },
      redirect: "manual",
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body, duplex: "half" as const }),
    });
  } catch (error) {
    throw networkFailure(error, { origin: url.origin, signal });
  }
  if (!response.ok) {
    throw await readApiError(response, `${method} ${url.pathname}`);
  }
  return response;
}
