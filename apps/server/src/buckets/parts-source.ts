import type { ByteSource, Extent, ReadOptions } from "@tintype/disk/core/byte-source.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRange } from "@tintype/disk/core/check-range.ts";
import { readByFilling } from "@tintype/disk/core/read-by-filling.ts";
import { fillFrom } from "@tintype/disk/core/fill-from.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import type { ObjectPart, ObjectRecord } from "../ports/bucket-catalog.ts";
import { OpenBlobs } from "./open-blobs.ts";
import type { BlobLease } from "./open-blobs.ts";
import { piecesOf } from "./read-range.ts";
import type { ByteRange } from "./read-range.ts";

/** A part and where it begins in the object. */
interface PlacedPart extends ObjectPart {
  readonly start: number;
}

/**
 * The content of an object: its parts end to end, each a blob of the store.
 *
 * Memory  what one read returns, and the manifests of the blobs that are open (see `OpenBlobs`)
 * Throws  obs.NoSuchKey when the object was deleted or replaced meanwhile and the part was not open yet; `store.damaged`
 */
export class PartsSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #parts: readonly PlacedPart[];
  readonly #blobs: OpenBlobs;
  readonly #name: { readonly bucket: string; readonly key: string };

  constructor(store: BlobStore, object: Pick<ObjectRecord, "bucket" | "key" | "parts">) {
    let start = 0;
    this.#name = { bucket: object.bucket, key: object.key };
    this.#parts = object.parts.map((part) => {
      const placed = { ...part, start };
      start += part.lengthBytes;
      return placed;
    });
    this.lengthBytes = start;
    this.#blobs = new OpenBlobs(store);
  }

  /** Opens the first part, which tells whether the content is still there. Throws  `store.notFound` when it is not */
  async openFirst(): Promise<void> {
    const first = this.#parts[0];
    if (first !== undefined) {
      using _lease = await this.#blobs.lease(first.blobId);
    }
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    for (const { part, from, to } of this.#stretches({ start: offset, end: offset + target.length })) {
      using lease = await this.#lease(part);
      await fillFrom(lease.blob, target.subarray(from - offset, to - offset), from - part.start, options);
    }
  }

  /** Gives `[start, end)` as `piecesOf` does: the memory of a piece is used again when the next is asked for. */
  async *pieces(range: ByteRange, { signal }: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    for (const { part, from, to } of this.#stretches(range)) {
      using lease = await this.#lease(part);
      yield* piecesOf(lease.blob, { start: from - part.start, end: to - part.start }, signal);
    }
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    for (const part of this.#parts) {
      using lease = await this.#lease(part);
      for await (const extent of lease.blob.extents(options)) {
        yield { ...extent, offset: part.start + extent.offset };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#blobs[Symbol.asyncDispose]();
  }

  /** What of a range lies in which part, in order; empty parts have nothing of it. */
  *#stretches({ start, end }: ByteRange): Generator<{ readonly part: PlacedPart; readonly from: number; readonly to: number }> {
    for (let [index, from] = [this.#indexAt(start), start]; from < end; index++) {
      const part = this.#parts[index];
      if (part === undefined) {
        return;
      }
      const to = Math.min(end, part.start + part.lengthBytes);
      if (to > from) {
        yield { part, from, to };
        from = to;
      }
    }
  }

  async #lease(part: ObjectPart): Promise<BlobLease> {
    try {
      return await this.#blobs.lease(part.blobId);
    } catch (error) {
      throw isStoreError(error) && error.code === "store.notFound"
        ? new ServiceError("obs.NoSuchKey", this.#name, { cause: error })
        : error;
    }
  }

  /** Index of the last part that begins at or before the offset. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#parts[middle]?.start ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
