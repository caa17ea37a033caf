/** One run of a file: only `data` must be read, everything else is zeros. */
export interface SourceRun {
  readonly offset: number;
  readonly length: number;
  readonly kind: string;
}

/** Bytes to be pushed: a file, or what a disk image holds. They must not change meanwhile. */
export interface PushSource {
  readonly lengthBytes: number;
  read(offset: number, length: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  /** Ascending and without gaps, where the source knows its holes. */
  extents?(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<SourceRun>;
}
