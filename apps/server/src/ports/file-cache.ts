import type { ImageId } from "./ids.ts";

/** Bytes `start` up to, not including, `end`. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A file that lies ready to be sent. */
export interface CachedFile {
  /** What tells it from every other: 32 hex digits, and a word behind a dot where one blob makes several files. */
  readonly key: string;
  readonly imageId: ImageId;
  readonly lengthBytes: number;
  readonly cachedAt: number;
  /** When it was opened last; when it came, as long as nobody opened it. */
  readonly readAt: number;
  /** How often it was opened. */
  readonly hits: number;
}

/** A file on its way in. */
export interface FileToCache extends Pick<CachedFile, "key" | "imageId" | "lengthBytes"> {
  /** All of its bytes, ascending; the memory of a piece may be used again when the next is asked for. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** A cached file that is open. It stays readable when it leaves the cache meanwhile. */
export interface OpenCachedFile extends AsyncDisposable {
  readonly lengthBytes: number;
  /**
   * Gives a range in pieces. The memory of a piece is used again when the next is asked for.
   *
   * Throws  DamagedCacheError before a byte that is not what was written, whatever else reading throws
   */
  pieces(range: ByteRange): AsyncGenerator<Uint8Array, void, undefined>;
}

/** What leaving the cache came to. */
export interface Pruned {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Whole files, ready to be sent, on this machine. Nothing here is kept for ever, and all of it may be lost; what is given out is what came
 * in.
 *
 * Ceiling      files are let go, least recently read first, before a new one would take more than there may be
 * Visibility   a file is there once all of it is on the disk, and never before, also when the power fails
 * Queue        images whose files are wanted here, in the order of asking; it survives a stop of the service
 */
export interface FileCache extends AsyncDisposable {
  readonly maxBytes: number;
  files(): readonly CachedFile[];
  has(key: string): boolean;
  /** Counts as a read. Answers undefined when it is not there, or no longer what was written; then it is gone. */
  open(key: string): Promise<OpenCachedFile | undefined>;
  /**
   * Takes a file in; one that is there already is replaced. Leaves nothing behind when it fails, also by the signal.
   *
   * Throws  RangeError when the pieces are not so many bytes, or more than there may be; what they throw, and writing
   */
  write(file: FileToCache, signal: AbortSignal): Promise<void>;
  /** Harmless when it is not there. */
  remove(key: string): Promise<void>;
  /** Lets files go until no more is there than may be. */
  prune(): Promise<Pruned>;
  queue(): readonly ImageId[];
  /** Puts an image at the end of the queue, unless it is in it. */
  enqueue(imageId: ImageId): Promise<void>;
  /** Harmless when it is not in it. */
  dequeue(imageId: ImageId): Promise<void>;
}

/** Bytes of a cached file are not those that were written. */
export class DamagedCacheError extends Error {}
