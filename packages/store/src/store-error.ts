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

/** Where in a backend something is damaged. A chunk that is in no pack has no file. */
export interface DamagedPlace {
  /** Name of the file in the backend. */
  readonly file?: string | undefined;
  /** Name of the chunk in hex, and where it lies in the file; absent where the file itself is missing or cut. */
  readonly chunk?: string | undefined;
  readonly offset?: number | undefined;
}

/** The one error of this package. The message says what is wrong, where, and what to do about it. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  /** Of `store.damaged`, where that is known. */
  readonly place: DamagedPlace | undefined;

  constructor(code: StoreErrorCode, message: string, options: { readonly cause?: unknown; readonly place?: DamagedPlace } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.place = options.place;
  }
}

/** Tells whether a thrown value is one of ours, also across copies of this module. */
export function isStoreError(value: unknown): value is StoreError {
  return value instanceof Error && value.name === "StoreError";
}

/** Tells whether reading failed because what is stored is not what was written: doing it again will not help. */
export function isDamage(value: unknown): value is StoreError {
  return isStoreError(value) && value.code === "store.damaged";
}
