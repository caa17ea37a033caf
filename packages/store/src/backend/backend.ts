/** A file that a backend keeps, as a listing tells it. */
export interface KeptFile {
  /** Path with `/`, for instance `packs/3f/3f…e2.pack`. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** Content of a file to keep. A staged file is a local file, complete and flushed; the backend takes it over, also when it fails. */
export type NewFile = { readonly stagedPath: string } | { readonly bytes: Uint8Array };

/**
 * Keeps a store's files. They are written once, whole, and never change; so every backend can promise the same.
 *
 * Durability        a file whose `put` or `remove` has returned stays, or stays away, whatever happens to the machine
 * Atomicity         a file is there whole or not at all; a `put` that failed or was cut off leaves no file that `list` or `read` finds
 * Read after write  `read`, `sizeOf` and `list` that start after `put` or `remove` returned see what it did
 * No overwriting    `put` of a name that is taken fails with `store.exists` and leaves the file alone
 * Names             letters a-z, digits, `/`, `.`, `-`, `_`, at most 200 characters, no empty part and none of dots only
 * Errors            `StoreError`: `store.missing` (no such file), `store.exists`, `store.full`, `store.io` (trying again may help)
 * Concurrency       any number of calls at once
 */
export interface Backend extends AsyncDisposable {
  /** For messages: "folder /srv/tintype/store", "bucket images at https://…". */
  readonly place: string;
  put(name: string, content: NewFile): Promise<void>;
  /**
   * Fills the targets from `offset` on, one after the other. Answers how many bytes there were: fewer where the file ends. Touches the
   * targets no more once the promise is settled, also when it failed: their memory is used again.
   */
  read(name: string, offset: number, targets: readonly Uint8Array[], options?: { readonly signal?: AbortSignal }): Promise<number>;
  /** Length of a file; undefined when there is none. */
  sizeOf(name: string): Promise<number | undefined>;
  /** Every file whose name starts with `prefix`, in no order. What is put or removed meanwhile may be there or not. */
  list(prefix: string): AsyncIterable<KeptFile>;
  /** Harmless when there is none. */
  remove(name: string): Promise<void>;
}
