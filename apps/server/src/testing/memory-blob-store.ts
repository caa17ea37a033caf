import type {
  BlobExtent,
  BlobId,
  BlobKey,
  BlobRecord,
  BlobSize,
  BlobStore,
  BlobWriter,
  CopyOptions,
  CreateOptions,
  StoredBlob,
} from "@tintype/store/blob-store.ts";
import { StoreError } from "@tintype/store/store-error.ts";

interface Kept {
  readonly bytes: Uint8Array;
  readonly record: BlobRecord;
  readonly key: BlobKey | undefined;
}

/** Opens the wrapped form of a data key. */
type UnwrapKey = (wrapped: Uint8Array) => Promise<Uint8Array>;

/** A store in memory, for tests of what stands above it. It can be told to be full. */
export class MemoryBlobStore implements BlobStore {
  /** Writing fails as on a full disk once so many bytes have been written. */
  roomBytes = Infinity;
  /** Removing fails while this is set. */
  refusesRemoval = false;
  readonly #blobs = new Map<BlobId, Kept>();
  readonly #unwrapKey: UnwrapKey | undefined;
  #openWriters = 0;

  constructor(options: { readonly unwrapKey?: UnwrapKey } = {}) {
    this.#unwrapKey = options.unwrapKey;
  }

  /** Writers that were neither committed nor aborted. */
  get openWriters(): number {
    return this.#openWriters;
  }

  get ids(): readonly BlobId[] {
    return [...this.#blobs.keys()];
  }

  async create(id: BlobId, options: CreateOptions = {}): Promise<BlobWriter> {
    const pieces: Uint8Array[] = [];
    let end = 0;
    let isOpen = true;
    this.#openWriters++;
    const close = () => {
      this.#openWriters -= Number(isOpen);
      isOpen = false;
    };
    return {
      write: async (offset, bytes) => {
        if (!isOpen || offset < end) {
          throw new RangeError(`A write at ${offset} of blob ${id}, which is closed or ends at ${end}`);
        }
        this.roomBytes -= bytes.length;
        if (this.roomBytes < 0) {
          throw new StoreError("store.full", "No space is left");
        }
        pieces.push(new Uint8Array(offset - end), new Uint8Array(bytes));
        end = offset + bytes.length;
      },
      commit: async ({ lengthBytes, record = {} }): Promise<BlobSize> => {
        if (this.#blobs.has(id)) {
          throw new StoreError("store.exists", `There is a blob ${id}`);
        }
        const bytes = Buffer.concat([...pieces, new Uint8Array(lengthBytes - end)]);
        this.#blobs.set(id, { bytes, record, key: options.key });
        close();
        return { logicalBytes: lengthBytes, dataBytes: end, addedBytes: end };
      },
      abort: async () => close(),
      [Symbol.asyncDispose]: async () => close(),
    };
  }

  async open(id: BlobId): Promise<StoredBlob> {
    const { bytes, record, key } = await this.#unlocked(id);
    return {
      id,
      record,
      keyId: key?.id,
      wrappedKey: key?.wrapped,
      lengthBytes: bytes.length,
      read: async (offset, length) => new Uint8Array(bytes.subarray(offset, offset + length)),
      async *extents(): AsyncGenerator<BlobExtent> {
        if (bytes.length > 0) {
          yield { offset: 0, length: bytes.length, kind: "data" };
        }
      },
      async [Symbol.asyncDispose]() {},
    };
  }

  async copy(from: BlobId, to: BlobId, options: CopyOptions = {}): Promise<void> {
    const { bytes, record, key } = await this.#unlocked(from);
    if (this.#blobs.has(to)) {
      throw new StoreError("store.exists", `There is a blob ${to}`);
    }
    const wrapped = key && (await options.rewrap?.(key.secret));
    this.#blobs.set(to, { bytes, record: options.record ?? record, key: key && wrapped ? { ...key, wrapped } : key });
  }

  /** What is kept, once its key was opened. */
  async #unlocked(id: BlobId): Promise<Kept> {
    const kept = this.#blobs.get(id);
    if (kept === undefined) {
      throw new StoreError("store.notFound", `There is no blob ${id}`);
    }
    if (kept.key !== undefined) {
      if (this.#unwrapKey === undefined) {
        throw new StoreError("store.keyUnavailable", `Nothing opens the key of blob ${id}`);
      }
      const secret = await this.#unwrapKey(kept.key.wrapped);
      if (!Buffer.from(secret).equals(kept.key.secret)) {
        throw new StoreError("store.damaged", `The key of blob ${id} is not the one that it was written with`);
      }
    }
    return kept;
  }

  async has(id: BlobId): Promise<boolean> {
    return this.#blobs.has(id);
  }

  async *list(): AsyncGenerator<BlobId> {
    yield* this.#blobs.keys();
  }

  async remove(id: BlobId): Promise<void> {
    if (this.refusesRemoval) {
      throw new StoreError("store.io", "The volume is away");
    }
    this.#blobs.delete(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
