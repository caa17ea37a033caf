/** Why no answer came: `refused` means that nothing listens there. */
export type ConnectionFailure = "refused" | "unknown-host" | "timeout" | "broken";

/** The service did not answer: nothing listens, the name is unknown, the connection broke, or it took too long. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** Scheme, host and port of what was called. */
  readonly origin: string;
  readonly failure: ConnectionFailure;

  constructor(origin: string, cause: unknown) {
    const failure = failureOf(cause);
    super(`${origin} ${sentences[failure]}${failure === "broken" ? ` (${innermostMessage(cause)}).` : ""}`, { cause });
    this.origin = origin;
    this.failure = failure;
  }
}

const sentences: Record<ConnectionFailure, string> = {
  refused: "refuses connections: nothing listens there.",
  "unknown-host": "cannot be found: the host name is not known.",
  timeout: "did not answer in time.",
  broken: "cannot be reached, or broke the connection",
};

function failureOf(cause: unknown): ConnectionFailure {
  for (let error: unknown = cause; error instanceof Error; error = error.cause) {
    const code = "code" in error ? error.code : undefined;
    if (code === "ECONNREFUSED") {
      return "refused";
    }
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
      return "unknown-host";
    }
    if (error.name === "TimeoutError" || code === "ETIMEDOUT" || code === "UND_ERR_CONNECT_TIMEOUT" || code === "UND_ERR_HEADERS_TIMEOUT") {
      return "timeout";
    }
  }
  return "broken";
}

function innermostMessage(cause: unknown): string {
  let message = String(cause);
  for (let error: unknown = cause; error instanceof Error; error = error.cause) {
    message = error.message;
  }
  return message;
}
