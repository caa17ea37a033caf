/** What lies at a URL, open for one read. */
export interface OpenUrl extends AsyncDisposable {
  /** Undefined when the other side does not say. */
  readonly lengthBytes: number | undefined;
  readonly contentType: string;
  /** The bytes, once; ends with an error when there are more than were allowed. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Opens what users name by URL. Every URL that the service ever opens for somebody else goes through here. */
export interface UrlReader {
  /**
   * Says whether a URL may be opened, as far as that can be told now: its form, and the addresses that its host has at this moment.
   *
   * Throws  UrlError
   */
  check(url: string): Promise<void>;
  /**
   * Checks once more, then opens: the connection goes to an address that was checked, also after every redirect.
   *
   * Throws  UrlError, also from `pieces`; the signal's reason
   */
  open(url: string, options: OpenUrlOptions): Promise<OpenUrl>;
}

/** How a URL is opened. */
export interface OpenUrlOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Sent to the URL's own origin alone: no redirect takes them elsewhere. */
  readonly headers?: Readonly<Record<string, string>>;
  /** True for an address that is the operator's word, not a user's: it may be no public one. What it leads on to is checked all the same. */
  readonly isTrusted?: boolean;
}

/** Why a URL is not read. The message is for whoever named it, and tells nothing of what lies behind a refused address. */
export class UrlError extends Error {
  override readonly name = "UrlError";
  /** `refused` before anything was sent, `failed` when the other side did not do its part. */
  readonly reason: "refused" | "failed";

  constructor(reason: "refused" | "failed", message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
  }
}
