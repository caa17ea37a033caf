/** Stable codes of everything this package refuses or fails at. */
export type DiskErrorCode =
  /** The container contradicts itself or its own length. */
  | "disk.corrupt"
  /** The file ends before the container says it does. */
  | "disk.truncated"
  /** Recognised, and not supported: the message names what. */
  | "disk.unsupported"
  /** Refused because it would be dangerous: backing file, external data file, encryption without a key. */
  | "disk.unsafe"
  /** The content is another format than declared. */
  | "disk.mislabelled"
  /** More than one format matches the content. */
  | "disk.ambiguous"
  /** A size or count goes over a ceiling (decompression, table size, virtual size). */
  | "disk.limit"
  /** Reading or writing the medium failed. */
  | "disk.io";

/**
 * The one error of this package. `message` says what is wrong and where; `remedy` what to do about it.
 */
export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly code: DiskErrorCode;
  readonly remedy: string | undefined;

  constructor(code: DiskErrorCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
  }
}

/** Tells whether a thrown value is one of ours, also across copies of this module. */
export function isDiskError(value: unknown): value is DiskError {
  return value instanceof Error && value.name === "DiskError";
}
