/** Name of a blob: 32 hex digits, chosen by the caller before writing, so that a writer that crashed after its commit finds its blob again. */
export type BlobId = string & { readonly __brand: "BlobId" };

/** Free-form record that a manifest carries, so that a catalog can be rebuilt from the store alone. At most 64 KiB as JSON. */
export type BlobRecord = Readonly<Record<string, unknown>>;

/**
 * Key of a sealed blob. Blobs of one key share chunks with each other and with nobody else.
 *
 * Shape  `id` 32 lower-case hex digits; `secret` 32 bytes, never stored; `wrapped` at most 4096 bytes: what `unwrapKey` makes the
 *        secret of, stored as it is. Two keys of one id must have one secret
 */
export interface BlobKey {
  readonly id: string;
  readonly secret: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** Choices for a new blob. */
export interface CreateOptions {
  /** Seals the blob. Without it the blob is sealed by the store's own key where the store has one, and plain where it has none. */
  readonly key?: BlobKey | undefined;
}

/** Choices for a copy. */
export interface CopyOptions {
  /** The copy's record; that of the original when there is none. */
  readonly record?: BlobRecord | undefined;
  /** Wraps the secret of a sealed blob anew for the copy. Throws TypeError when the original has no key of its own. */
  readonly rewrap?: ((secret: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/** One run of a blob: `data` is stored in chunks, `zero` is implicit. */
export interface BlobExtent {
  readonly offset: number;
  readonly length: number;
  readonly kind: "data" | "zero";
}

/** One chunk of a blob as it is stored: a zstd frame of exactly `length` bytes of content, which states its size, or the content itself. */
export interface BlobFrame {
  readonly offset: number;
  readonly length: number;
  readonly form: "zstd" | "raw";
  readonly bytes: Uint8Array;
}

/** What a blob weighs, in bytes. */
export interface BlobSize {
  /** Length of the content. */
  readonly logicalBytes: number;
  /** Bytes of content in chunks that are not all zero. */
  readonly dataBytes: number;
  /** Bytes that this write added to packs: new chunks, compressed, and the lists that name them. */
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

/** A committed blob, open for reading. Every byte returned was proven: plain chunks by their digest, sealed ones by their key. */
export interface StoredBlob extends AsyncDisposable {
  readonly id: BlobId;
  readonly lengthBytes: number;
  readonly record: BlobRecord;
  /** Of a sealed blob: its key, and the form in which that was stored. */
  readonly keyId?: string | undefined;
  readonly wrappedKey?: Uint8Array | undefined;
  /** Returns exactly `length` bytes from `offset`. Throws `store.damaged` when stored bytes are not what was written. */
  read(offset: number, length: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  /** As `read`, into the caller's memory, where the store can. */
  readInto?(target: Uint8Array, offset: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Gives `[start, end)` in pieces of at most a chunk, ascending, each proven as `read` does, and reads ahead. The
   * memory of a piece is used again when the next one is asked for, so whoever keeps it copies it.
   */
  pieces?(
    range: { readonly start: number; readonly end: number },
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<Uint8Array, void, undefined>;
  /** Length of content in every frame but the last. Absent where frames are not given out: of sealed blobs. */
  readonly frameBytes?: number | undefined;
  /** Gives all chunks that are not zeros as they are stored, ascending, each proven as `read` does. Nothing is compressed for it. */
  frames?(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<BlobFrame>;
  /** Lists data and zeros, ascending and without gaps. */
  extents(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<BlobExtent>;
}

/** A chunk that a blob holds: `length` bytes from `offset` on. */
export interface FoundChunk {
  /** Which of the digests that were asked for. */
  readonly index: number;
  readonly blobId: BlobId;
  readonly offset: number;
  readonly length: number;
}

/**
 * Keeps immutable byte sequences, every chunk once.
 *
 * Durability      a committed blob survives power loss
 * Visibility      a blob is readable from the moment its commit returned, and never before
 * Concurrency     any number of writers and readers in one process; one process per store (a second one is refused)
 */
export interface BlobStore extends AsyncDisposable {
  /** Starts a blob. Throws `store.exists` when the id is committed already; so does `commit`, when another writer committed it meanwhile. */
  create(id: BlobId, options?: CreateOptions): Promise<BlobWriter>;
  /**
   * Throws  `store.notFound` when no such blob was committed; for a sealed blob `store.keyUnavailable` when the store has no way to
   *         unwrap its key, and whatever unwrapping throws, unchanged
   */
  open(id: BlobId): Promise<StoredBlob>;
  /**
   * Commits a second blob of the same content and key. Moves no content: the work is the same for any length.
   *
   * Throws  as `open` for `from`, and `store.exists` when `to` is committed already
   */
  copy(from: BlobId, to: BlobId, options?: CopyOptions): Promise<void>;
  has(id: BlobId): Promise<boolean>;
  list(): AsyncIterable<BlobId>;
  /** Removes a blob's manifest; harmless when there is none. The space of chunks that no other blob uses comes back with collection. */
  remove(id: BlobId): Promise<void>;
  /** Length of every chunk but a blob's last. Absent where content is not kept in chunks that are found by their digests. */
  readonly chunkSizeBytes?: number | undefined;
  /**
   * Tells which of these blobs hold chunks of these SHA-256 digests, each digest once, in no order; ends when it found all. Asks these
   * blobs alone: how long it takes tells nothing of others. Blobs that are gone or damaged hold nothing, nor do those with a key of their
   * own, which may be kept from the caller at any time; such sealed by the store's own key count.
   */
  findChunks?(
    digests: readonly Uint8Array[],
    blobs: Iterable<BlobId> | AsyncIterable<BlobId>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<FoundChunk>;
}
