import { wordingErrors } from "../as-store-error.ts";
import type { BlobId, BlobRecord, BlobSize, BlobWriter } from "../blob-store.ts";
import { ChunkAssembler } from "../chunk/chunk-assembler.ts";
import { encodeManifest, encodeRecord, maxLengthBytes } from "../manifest/manifest-format.ts";
import { StoreError } from "../store-error.ts";
import { ChunkIntake } from "./chunk-intake.ts";
import type { ChunkIntakeParts } from "./chunk-intake.ts";
import type { CommittedBlob } from "./commit-blob.ts";

/** What a writer works with. */
export interface ChunkedBlobWriterParts extends ChunkIntakeParts {
  readonly id: BlobId;
  /** Makes the blob visible, once the backend has its packs; throws `store.exists` when the name is taken. */
  readonly commit: (blob: CommittedBlob) => Promise<void>;
  /** Called once, when the writer needs nothing of the store any more. */
  readonly onEnd: () => void;
}

/**
 * Writes one blob of a chunk store. Calls may overlap; they are worked off in the order in which they were made.
 *
 * Memory  one chunk of its own, its share of the store's slots, and what `PackSet` and `ChunkIntake` hold
 */
export class ChunkedBlobWriter implements BlobWriter {
  readonly #parts: ChunkedBlobWriterParts;
  readonly #intake: ChunkIntake;
  readonly #assembler: ChunkAssembler;
  #state: "open" | "committed" | "aborted" = "open";
  /** What made the writer good for `abort` only. */
  #failure: { readonly error: unknown } | undefined;
  #lastCall: Promise<unknown> = Promise.resolve();

  constructor(parts: ChunkedBlobWriterParts) {
    this.#parts = parts;
    this.#intake = new ChunkIntake(parts);
    this.#assembler = new ChunkAssembler(parts.chunkSizeBytes, (index, bytes) => this.#intake.take(index, bytes));
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    await this.#inTurn(async () => {
      this.#checkOpen();
      this.#checkLength(offset + bytes.length);
      await this.#orFail(() => this.#assembler.write(offset, bytes));
    });
  }

  async commit(content: { readonly lengthBytes: number; readonly record?: BlobRecord }): Promise<BlobSize> {
    return this.#inTurn(async () => {
      this.#checkOpen();
      this.#checkLength(content.lengthBytes);
      const record = encodeRecord(content.record ?? {});
      const { id, key, packs, commit } = this.#parts;
      await this.#orFail(async () => {
        await this.#assembler.finish(content.lengthBytes);
        const listed = await this.#intake.finish(content.lengthBytes);
        await packs.finish();
        await commit({ id, content: listed, bytes: encodeManifest({ id, content: listed, record, key }), packs });
      });
      this.#state = "committed";
      this.#parts.onEnd();
      return { logicalBytes: content.lengthBytes, dataBytes: this.#intake.dataBytes, addedBytes: this.#parts.packs.addedBytes };
    });
  }

  async abort(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#state === "committed" || this.#state === "aborted") {
        return;
      }
      await this.#intake.settle();
      await wordingErrors(`dropping blob ${this.#parts.id}`, () => this.#parts.packs.drop());
      this.#state = "aborted";
      this.#parts.onEnd();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  /** Whoever made a call hears of its failure; the next call only waits for its end. */
  async #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.#lastCall.then(call);
    this.#lastCall = turn.catch(() => undefined);
    return turn;
  }

  /** Remembers failures, other than wrong arguments. */
  async #orFail(work: () => Promise<void>): Promise<void> {
    try {
      await wordingErrors(`writing blob ${this.#parts.id}`, work);
    } catch (error) {
      if (!(error instanceof RangeError)) {
        this.#failure = { error };
      }
      throw error;
    }
  }

  #checkOpen(): void {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
    if (this.#state !== "open") {
      throw new StoreError("store.closed", `Blob ${this.#parts.id} was ${this.#state} before.`);
    }
  }

  #checkLength(lengthBytes: number): void {
    const limit = maxLengthBytes(this.#parts.chunkSizeBytes);
    if (lengthBytes > limit) {
      throw new RangeError(`A blob has at most ${limit} bytes, ${lengthBytes} were asked for.`);
    }
  }
}
