import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";

/** One of the places in which bytes are kept. */
export interface NamedStore {
  /** Small letters, digits, `_` and `-`; begins with a letter or digit; at most 63 characters. */
  readonly name: string;
  readonly description: string;
  /** Objects of buckets, and images for which no other store was wished, go to this one. */
  readonly isDefault: boolean;
  /** The larger is read from first. */
  readonly weight: number;
  readonly type: "file" | "s3";
  /** Where it is, without secrets. For operators alone. */
  readonly place: string;
  readonly blobs: BlobStore;
}

/** How a replication is called off and followed. */
export interface ReplicationRun {
  readonly signal: AbortSignal;
  /** Told how much of the blob's data was copied. */
  readonly onProgress: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
}

/** All stores of a service. A blob has the same id in each store that holds it. */
export interface NamedStores {
  /** The preferred first: larger weight, then the name in the order of its code units. At least one. */
  readonly all: readonly NamedStore[];
  find(name: string): NamedStore | undefined;
  /** Names of the stores that hold a blob, in the order of `all`. */
  holding(id: BlobId): Promise<readonly string[]>;
  /**
   * Copies a committed blob, with its record and key, to another store. Harmless when it is there. Nothing is visible before the copy is
   * whole, and a copy that fails or is called off leaves nothing.
   *
   * Throws  RangeError when no store has that name; `store.notFound` when no store holds the blob; what reading and writing throw
   */
  replicate(id: BlobId, to: string, run: ReplicationRun): Promise<void>;
  /**
   * Lets calls that change in which stores one image lies take turns: of two that see the same stores, each could rely on what the other one
   * takes away. Tasks, of which an image has one at a time, take none.
   */
  inTurn<T>(imageId: string, work: () => Promise<T>): Promise<T>;
}
