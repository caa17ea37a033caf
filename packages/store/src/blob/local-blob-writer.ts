import { rm } from "node:fs/promises";
import { wordingErrors } from "../as-store-error.ts";
import type { BlobId, BlobRecord, BlobSize, BlobWriter } from "../blob-store.ts";
import { ChunkAssembler } from "../chunk/chunk-assembler.ts";
import { maxLengthBytes } from "../manifest/manifest-format.ts";
import { encodeRecord } from "../manifest/manifest-writer.ts";
import type { ManifestWriter } from "../manifest/manifest-writer.ts";
import type { PackSet } from "../pack/pack-set.ts";
import { StoreError } from "../store-error.ts";
import { ChunkIntake } from "./chunk-intake.ts";
import type { ChunkIntakeParts } from "./chunk-intake.ts";

/** What a writer works with. `manifestPath` is the manifest's file in `tmp`. */
export interface LocalBlobWriterParts extends ChunkIntakeParts {
  readonly id: BlobId;
  readonly manifestPath: string;
  /** Puts finished packs and manifest in their place; throws `store.exists` when the name is taken. */
  readonly publish: (packs: PackSet, manifestPath: string) => Promise<void>;
  /** Called once, when the writer needs nothing of the store any more. */
  readonly onEnd: () => void;
}

/**
 * Writes one blob of a local store. Calls may overlap; they are worked off in the order in which they were made.
 *
 * Memory  one chunk of its own, its share of the store's slots, and what `PackSet` and `ManifestWriter` hold
 */
export class LocalBlobWriter implements BlobWriter {
  readonly #parts: LocalBlobWriterParts;
  readonly #manifest: ManifestWriter;
  readonly #intake: ChunkIntake;
  readonly #assembler: ChunkAssembler;
  #state: "open" | "committed" | "aborted" = "open";
  /** What made the writer good for `abort` only. */
  #failure: { readonly error: unknown } | undefined;
  #lastCall: Promise<unknown> = Promise.resolve();

  constructor(parts: LocalBlobWriterParts) {
    this.#parts = parts;
    this.#manifest = parts.manifest;
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
      await this.#orFail(async () => {
        await this.#assembler.finish(content.lengthBytes);
        await this.#intake.drain();
        await this.#parts.packs.finish();
        await this.#manifest.finish({ lengthBytes: content.lengthBytes, record });
        await this.#parts.publish(this.#parts.packs, this.#parts.manifestPath);
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
      await wordingErrors(`dropping blob ${this.#parts.id}`, async () => {
        await this.#manifest[Symbol.asyncDispose]();
        await rm(this.#parts.manifestPath, { force: true });
        await this.#parts.packs.drop();
      });
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
