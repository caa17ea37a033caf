/** A body that is streamed: its length is told before its first byte, and it is closed whatever happens. */
export interface StreamedBody extends AsyncDisposable {
  readonly lengthBytes: number;
  /** Pieces in memory of their own, which is given back once they are sent. */
  bytes(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** What a request is answered with. A text is XML. */
export interface ObsAnswer {
  readonly status: number;
  /** Values may hold any text; it goes out as UTF-8. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | StreamedBody;
  /** Of a refusal. */
  readonly errorCode?: string;
}
