/** Stable codes of everything this package refuses or fails at. */
export type StoreErrorCode =
  /** No such blob was committed. */
  | "store.notFound"
  /** A blob of that name is committed already; of a backend, there is a file of that name. */
  | "store.exists"
  /** Stored bytes do not match their digest, or a file of the store is cut or missing. */
  | "store.damaged"
  /** A backend has no file of that name. */
  | "store.missing"
  /** The blob is sealed, and nobody here can unwrap its key. */
  | "store.keyUnavailable"
  /** Another process, or another open store of this one, holds the folder. */
  | "store.locked"
  /** The store is used with another work folder, perhaps by another server. */
  | "store.owned"
  /** The volume (or its quota) has no room left. */
  | "store.full"
  /** The operating system, or the storage service, failed a read or write. */
  | "store.io"
  /** What can only run once at a time is running. */
  | "store.busy"
  /** The store, the blob or the writer was closed before. */
  | "store.closed"
  /** The folder or bucket is no store, or one of a version that this release does not know. */
  | "store.badFormat";

/** The one error of this package. The message says what is wrong, where, and what to do about it. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

/** Tells whether a thrown value is one of ours, also across copies of this module. */
export function isStoreError(value: unknown): value is StoreError {
  return value instanceof Error && value.name === "StoreError";
}
