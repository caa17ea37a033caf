import type { ChunkSlot, ChunkSlots } from "../chunk/chunk-slots.ts";
import type { ChunkWorkers } from "../chunk/chunk-workers.ts";
import type { ManifestWriter } from "../manifest/manifest-writer.ts";
import type { PackSet } from "../pack/pack-set.ts";

/** What an intake works with. Slots and workers are the store's, the rest belongs to one blob. */
export interface ChunkIntakeParts {
  readonly slots: ChunkSlots;
  readonly workers: ChunkWorkers;
  readonly packs: PackSet;
  readonly manifest: ManifestWriter;
  readonly chunkSizeBytes: number;
}

/**
 * Takes a blob's chunks, in ascending order, and sees each one through: hash, look up, compress, append to a pack, note in the
 * manifest. Several chunks are on their way at once; the store's slots limit how many.
 *
 * Throws  from `take` and `drain`, the first failure of any chunk
 */
export class ChunkIntake {
  readonly #parts: ChunkIntakeParts;
  readonly #zeros: Buffer;
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #dataBytes = 0;

  constructor(parts: ChunkIntakeParts) {
    this.#parts = parts;
    this.#zeros = zerosOf(parts.chunkSizeBytes);
  }

  /** Bytes of the chunks that are not all zero. */
  get dataBytes(): number {
    return this.#dataBytes;
  }

  /** Copies the chunk and returns while it is still on its way. */
  async take(index: number, bytes: Uint8Array): Promise<void> {
    if (this.#zeros.subarray(0, bytes.length).equals(bytes)) {
      return;
    }
    const { slots, manifest } = this.#parts;
    if (!manifest.isCurrent(index)) {
      await this.drain();
      await manifest.advanceTo(index);
    }
    const slot = await slots.acquire();
    if (this.#failure !== undefined) {
      slots.release(slot);
      throw this.#failure.error;
    }
    slot.bytes.set(bytes);
    this.#dataBytes += bytes.length;
    const keeping = this.#keep(index, slot, bytes.length);
    this.#underWay.add(keeping);
    void keeping.finally(() => this.#underWay.delete(keeping));
  }

  /** Waits for every chunk taken so far. */
  async drain(): Promise<void> {
    await this.settle();
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }

  /** Waits until nothing is under way, whatever came of it. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Never rejects: a failure is kept for whoever calls next. */
  async #keep(index: number, slot: ChunkSlot, length: number): Promise<void> {
    const { workers, packs, manifest, slots } = this.#parts;
    try {
      const digest = await workers.run("digest", { slot: slot.memory, length });
      if (packs.claim(digest)) {
        const { storedLength, codec } = await workers.run("compress", { slot: slot.memory, length });
        await packs.append(slot.bytes.subarray(0, storedLength), { digest, rawLength: length, codec });
      }
      manifest.set(index, digest);
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      slots.release(slot);
    }
  }
}

const zerosBySize = new Map<number, Buffer>();

/** One chunk of zeros for all blobs of that chunk size. */
function zerosOf(sizeBytes: number): Buffer {
  const zeros = zerosBySize.get(sizeBytes) ?? Buffer.alloc(sizeBytes);
  zerosBySize.set(sizeBytes, zeros);
  return zeros;
}
