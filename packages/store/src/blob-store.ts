/** Name of a blob: 32 hex digits, chosen by the caller before writing, so that a writer that crashed after its commit finds its blob again. */
export type BlobId = string & { readonly __brand: "BlobId" };

/** Free-form record that a manifest carries, so that a catalog can be rebuilt from the store alone. At most 64 KiB as JSON. */
export type BlobRecord = Readonly<Record<string, unknown>>;

/** One run of a blob: `data` is stored in chunks, `zero` is implicit. */
export interface BlobExtent {
  readonly offset: number;
  readonly length: number;
  readonly kind: "data" | "zero";
}

/** What a blob weighs, in bytes. */
export interface BlobSize {
  /** Length of the content. */
  readonly logicalBytes: number;
  /** Bytes of content in chunks that are not all zero. */
  readonly dataBytes: number;
  /** Bytes that this write added to packs (new chunks, compressed). */
  readonly addedBytes: number;
}

/**
 * Writes one blob. Nothing is visible to anyone before `commit` returns, and everything is durable when it has.
 *
 * Shape   `write` takes content in ascending order, gaps read as zeros; a write may have any length
 * Memory  chunks in flight are limited by the store's options, `write` waits when they are used up
 */
export interface BlobWriter extends AsyncDisposable {
  /** Adds `bytes` at `offset`, which must not lie before the end of what was written. The memory may be reused once the promise is settled. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Seals the blob with its final length: chunks, packs, manifest and index are on disk, flushed, before this returns. */
  commit(content: { readonly lengthBytes: number; readonly record?: BlobRecord }): Promise<BlobSize>;
  /** Drops everything written. Also done by disposal when `commit` was not reached. Repeating it is harmless. */
  abort(): Promise<void>;
}

/** A committed blob, open for reading. Every byte returned was verified against its chunk's digest. */
export interface StoredBlob extends AsyncDisposable {
  readonly id: BlobId;
  readonly lengthBytes: number;
  readonly record: BlobRecord;
  /** Returns exactly `length` bytes from `offset`. Throws `store.damaged` when stored bytes do not match their digest. */
  read(offset: number, length: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  /** Lists data and zeros, ascending and without gaps. */
  extents(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<BlobExtent>;
}

/**
 * Keeps immutable byte sequences, every chunk once.
 *
 * Durability      a committed blob survives power loss
 * Visibility      a blob is readable from the moment its commit returned, and never before
 * Concurrency     any number of writers and readers in one process; one process per folder (a second one is refused)
 */
export interface BlobStore extends AsyncDisposable {
  /** Starts a blob. Throws `store.exists` when the id is committed already; so does `commit`, when another writer committed it meanwhile. */
  create(id: BlobId): Promise<BlobWriter>;
  /** Throws `store.notFound` when no such blob was committed. */
  open(id: BlobId): Promise<StoredBlob>;
  has(id: BlobId): Promise<boolean>;
  list(): AsyncIterable<BlobId>;
  /** Removes a blob's manifest; harmless when there is none. The space of chunks that no other blob uses comes back with collection. */
  remove(id: BlobId): Promise<void>;
}
