import { StoreError } from "../../store-error.ts";

/** What a request was for, in words: "reading packs/3f/…". */
export interface S3Errand {
  readonly doing: string;
  /** "bucket images at https://…". */
  readonly place: string;
}

/** The part of a failed request that tells what to do about it. */
interface Failure {
  /** The service's name for it, or a name of the client library. */
  readonly name: string;
  /** Of the HTTP answer; undefined when there was none. */
  readonly status: number | undefined;
  /** Of the operating system, from the deepest cause that has one. */
  readonly code: string | undefined;
}

const busyNames = new Set([
  "SlowDown",
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "InternalError",
  "TimeoutError",
  "ConditionalRequestConflict",
]);
const busyStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);
const brokenConnectionCodes = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_HTTP2_STREAM_ERROR",
]);
const fullNames = new Set(["QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "InsufficientCapacity"]);

const remedies: readonly { readonly when: (failure: Failure) => boolean; readonly what: string }[] = [
  { when: ({ name }) => name === "NoSuchBucket", what: "The bucket does not exist. Create it or correct its name." },
  {
    when: ({ name }) =>
      name === "InvalidAccessKeyId" || name === "SignatureDoesNotMatch" || name === "InvalidToken" || name === "ExpiredToken",
    what: "The access key or its secret is wrong, or has run out. Correct the credentials (and the region, which is part of the signature).",
  },
  {
    when: ({ name }) =>
      name === "AuthorizationHeaderMalformed" || name === "PermanentRedirect" || name === "IllegalLocationConstraintException",
    what: "The bucket is in another region. Correct the region and the endpoint.",
  },
  {
    when: ({ status }) => status === 301 || status === 307,
    what: "The service answers from elsewhere. Correct the endpoint and the region.",
  },
  { when: ({ name }) => name === "RequestTimeTooSkewed", what: "This machine's clock is wrong. Set it." },
  {
    when: ({ status }) => status === 401 || status === 403,
    what: "The service refuses. The credentials need leave to list the bucket, to read, write and delete its objects, and to list and abort uploads.",
  },
  {
    when: ({ code }) => code === "ENOTFOUND" || code === "EAI_AGAIN",
    what: "The endpoint's host name is not known. Correct it or the name service.",
  },
  { when: ({ code }) => code === "ECONNREFUSED", what: "Nobody listens at the endpoint. Start the service or correct the port." },
  {
    when: ({ code }) => code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code),
    what: "The service's certificate is not trusted. Correct it, or tell Node of its authority with NODE_EXTRA_CA_CERTS.",
  },
];

function stringAt(value: unknown, key: string): string | undefined {
  const found: unknown = typeof value === "object" && value !== null && key in value ? Reflect.get(value, key) : undefined;
  return typeof found === "string" ? found : undefined;
}

function failureOf(error: unknown): Failure {
  let code: string | undefined;
  // A cause may name itself, so the depth is limited.
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    code = stringAt(cause, "code") ?? code;
  }
  const metadata: unknown = error instanceof Error && "$metadata" in error ? error.$metadata : undefined;
  const status: unknown = typeof metadata === "object" && metadata !== null ? Reflect.get(metadata, "httpStatusCode") : undefined;
  return { name: error instanceof Error ? error.name : "", status: typeof status === "number" ? status : undefined, code };
}

/** Tells whether an answer had this HTTP status. */
export function hasStatus(error: unknown, status: number): boolean {
  return failureOf(error).status === status;
}

/** Tells whether a failed request may succeed when sent again: the service is busy, or the connection broke. */
export function isTransientS3Failure(error: unknown): boolean {
  const { name, status, code } = failureOf(error);
  if (fullNames.has(name)) {
    return false;
  }
  return (
    busyNames.has(name) || (status !== undefined && busyStatuses.has(status)) || (code !== undefined && brokenConnectionCodes.has(code))
  );
}

/** Words a failed request as a `StoreError` that says what to do. Our own errors and aborts come back as they are. */
export function asS3StoreError(error: unknown, { doing, place }: S3Errand): unknown {
  if (!(error instanceof Error) || error instanceof StoreError || error.name === "AbortError" || error instanceof RangeError) {
    return error;
  }
  const failure = failureOf(error);
  const told = [failure.name, failure.status, failure.code]
    .filter((part) => part !== undefined && part !== "" && part !== "Error")
    .join(" ");
  const opening = `${doing} in ${place} failed (${told})`;
  if (fullNames.has(failure.name) || failure.status === 507) {
    return new StoreError("store.full", `${opening}: no space is left, or a quota is used up. Free some space and try again.`, {
      cause: error,
    });
  }
  const remedy = remedies.find(({ when }) => when(failure))?.what ?? error.message.slice(0, 500);
  return new StoreError("store.io", `${opening}: ${remedy}`, { cause: error });
}
