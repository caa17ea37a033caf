import type { BlobExtent, BlobFrame, BlobId, BlobRecord, StoredBlob } from "@tintype/store/blob-store.ts";
import { openPreferred } from "./open-preferred.ts";
import type { OpenedBlob } from "./open-preferred.ts";
import { isFailureOfStore } from "./store-watch.ts";
import type { StoreWatch } from "./store-watch.ts";

interface Signalled {
  readonly signal?: AbortSignal | undefined;
}

/**
 * A blob that is read from the preferred store that holds it, and goes on in the next one when that store fails meanwhile.
 *
 * Memory  as the blobs of the stores; those it turned away from stay open until it is closed
 */
export class FallbackBlob implements StoredBlob {
  readonly id: BlobId;
  readonly lengthBytes: number;
  readonly record: BlobRecord;
  readonly keyId: string | undefined;
  readonly wrappedKey: Uint8Array | undefined;
  /** That of the store that it was opened in. */
  readonly frameBytes: number | undefined;
  readonly #watch: StoreWatch;
  readonly #opened: StoredBlob[];
  #current: OpenedBlob;
  #turning: Promise<OpenedBlob> | undefined;

  constructor(opened: OpenedBlob, watch: StoreWatch) {
    const { blob } = opened;
    this.id = blob.id;
    this.lengthBytes = blob.lengthBytes;
    this.record = blob.record;
    this.keyId = blob.keyId;
    this.wrappedKey = blob.wrappedKey;
    this.frameBytes = blob.frameBytes;
    this.#watch = watch;
    this.#opened = [blob];
    this.#current = opened;
  }

  async read(offset: number, length: number, options: Signalled = {}): Promise<Uint8Array> {
    return this.#reading((blob) => blob.read(offset, length, options));
  }

  async readInto(target: Uint8Array, offset: number, options: Signalled = {}): Promise<void> {
    await this.#reading(async (blob) => {
      if (blob.readInto === undefined) {
        target.set(await blob.read(offset, target.length, options));
      } else {
        await blob.readInto(target, offset, options);
      }
    });
  }

  async *pieces(
    { start, end }: { readonly start: number; readonly end: number },
    options: Signalled = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#streaming(
      start,
      (blob, from) => blob.pieces?.({ start: from, end }, options) ?? onePiece(blob, { start: from, end }, options),
      (piece, from) => from + piece.length,
    );
  }

  async *frames(options: Signalled = {}): AsyncIterable<BlobFrame> {
    yield* this.#streaming(
      0,
      (blob, from, failure) => {
        // Frames of another length do not continue these ones.
        if (blob.frames === undefined || blob.frameBytes !== this.frameBytes) {
          throw failure ?? new Error(`The store gives out no frames of blob ${this.id}`);
        }
        return framesFrom(blob.frames(options), from);
      },
      endOf,
    );
  }

  async *extents(options: Signalled = {}): AsyncIterable<BlobExtent> {
    yield* this.#streaming(0, (blob, from) => extentsFrom(blob, from, options), endOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turning?.catch(() => undefined);
    await using everything = new AsyncDisposableStack();
    for (const blob of this.#opened) {
      everything.use(blob);
    }
  }

  async #reading<T>(read: (blob: StoredBlob) => Promise<T>): Promise<T> {
    for (;;) {
      const used = this.#current;
      try {
        return await read(used.blob);
      } catch (error) {
        await this.#turnFrom(used, error);
      }
    }
  }

  /** Goes through a blob in ascending order; what was given out before a store failed is not given out again. */
  async *#streaming<T>(
    start: number,
    stream: (blob: StoredBlob, from: number, failure: Error | undefined) => AsyncIterable<T>,
    endOf: (item: T, from: number) => number,
  ): AsyncGenerator<T, void, undefined> {
    let position = start;
    let failure: Error | undefined;
    for (;;) {
      const used = this.#current;
      try {
        for await (const item of stream(used.blob, position, failure)) {
          position = endOf(item, position);
          yield item;
        }
        return;
      } catch (error) {
        failure = await this.#turnFrom(used, error);
      }
    }
  }

  /** Makes the next store's blob the current one, unless that has happened already, and answers `error`. Throws it where there is none. */
  async #turnFrom(used: OpenedBlob, error: unknown): Promise<Error> {
    if (!isFailureOfStore(error)) {
      throw error;
    }
    if (this.#current !== used) {
      return error;
    }
    this.#watch.passedOver(used.store, error, this.id);
    this.#turning ??= this.#openNext(used).finally(() => (this.#turning = undefined));
    try {
      await this.#turning;
      return error;
    } catch {
      // What matters is why the blob had to be read elsewhere.
      throw error;
    }
  }

  async #openNext({ rest }: OpenedBlob): Promise<OpenedBlob> {
    const next = await openPreferred(rest, this.id, this.#watch);
    this.#opened.push(next.blob);
    if (next.blob.lengthBytes !== this.lengthBytes) {
      throw new Error(
        `Blob ${this.id} has ${next.blob.lengthBytes} bytes in store "${next.store.name}", and had ${this.lengthBytes} before`,
      );
    }
    this.#current = next;
    return next;
  }
}

function endOf({ offset, length }: { readonly offset: number; readonly length: number }): number {
  return offset + length;
}

const stepBytes = 1024 * 1024;

async function* onePiece(
  blob: StoredBlob,
  { start, end }: { readonly start: number; readonly end: number },
  options: Signalled,
): AsyncGenerator<Uint8Array> {
  for (let offset = start; offset < end; offset += stepBytes) {
    yield await blob.read(offset, Math.min(stepBytes, end - offset), options);
  }
}

async function* framesFrom(frames: AsyncIterable<BlobFrame>, from: number): AsyncGenerator<BlobFrame> {
  for await (const frame of frames) {
    if (frame.offset >= from) {
      yield frame;
    }
  }
}

async function* extentsFrom(blob: StoredBlob, from: number, options: Signalled): AsyncGenerator<BlobExtent> {
  for await (const extent of blob.extents(options)) {
    const end = endOf(extent);
    if (end > from) {
      const offset = Math.max(extent.offset, from);
      yield { ...extent, offset, length: end - offset };
    }
  }
}
