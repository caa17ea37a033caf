import { ConnectionError } from "../errors/connection-error.ts";

/**
 * Says what a failed exchange was: the caller's own wish to stop (the signal's reason), or a failure of the connection, which a time
 * limit is too.
 */
export function networkFailure(error: unknown, exchange: { readonly origin: string; readonly signal?: AbortSignal | undefined }): unknown {
  const reason: unknown = exchange.signal?.aborted === true ? exchange.signal.reason : undefined;
  const stoppedByCaller = reason !== undefined && !(reason instanceof Error && reason.name === "TimeoutError");
  return stoppedByCaller ? reason : new ConnectionError(exchange.origin, error);
}
