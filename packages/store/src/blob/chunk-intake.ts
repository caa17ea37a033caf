import type { ChunkSlot, ChunkSlots } from "../chunk/chunk-slots.ts";
import type { ChunkWorkers } from "../chunk/chunk-workers.ts";
import { ListBuilder } from "../manifest/list-builder.ts";
import type { FinishedList } from "../manifest/list-builder.ts";
import { chunkCountOf } from "../manifest/manifest-format.ts";
import type { ManifestContent } from "../manifest/manifest-format.ts";
import type { PackSet } from "../pack/pack-set.ts";
import type { DataKey } from "../seal/data-key.ts";

/** What an intake works with. Slots and workers are the store's, the rest belongs to one blob. */
export interface ChunkIntakeParts {
  readonly slots: ChunkSlots;
  readonly workers: ChunkWorkers;
  readonly packs: PackSet;
  /** Names and seals the chunks. Lists are never sealed. */
  readonly key: DataKey | undefined;
  readonly chunkSizeBytes: number;
}

/** Where a chunk's name is to be noted once it is kept. */
type NoteName = (name: Uint8Array) => void;

/**
 * Takes a blob's chunks, in ascending order, and sees each one through: name, look up, compress, seal, append to a pack, note in its
 * list; and the same with the list. Several chunks are on their way at once; the store's slots limit how many.
 *
 * Memory  what `ListBuilder` holds, and one list more
 * Throws  from `take` and `finish`, the first failure of any chunk
 */
export class ChunkIntake {
  readonly #parts: ChunkIntakeParts;
  readonly #zeros: Buffer;
  readonly #lists = new ListBuilder();
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
    if (!this.#lists.isCurrent(index)) {
      await this.#drain();
      await this.#startList(this.#lists.advanceTo(index));
    }
    await this.#start(bytes, this.#parts.key, (name) => this.#lists.set(index, name));
    this.#dataBytes += bytes.length;
  }

  /** Waits for every chunk and list. Answers what the manifest must say. */
  async finish(lengthBytes: number): Promise<ManifestContent> {
    const shape = { lengthBytes, chunkSizeBytes: this.#parts.chunkSizeBytes };
    await this.#drain();
    await this.#startList(this.#lists.finish(chunkCountOf(shape)));
    await this.#drain();
    return this.#lists.contentOf(shape);
  }

  /** Waits until nothing is under way, whatever came of it. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #drain(): Promise<void> {
    await this.settle();
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }

  async #startList(list: FinishedList | undefined): Promise<void> {
    if (list !== undefined) {
      await this.#start(list.bytes, undefined, (name) => this.#lists.setName(list.number, name));
    }
  }

  async #start(bytes: Uint8Array, key: DataKey | undefined, note: NoteName): Promise<void> {
    const { slots } = this.#parts;
    const slot = await slots.acquire();
    if (this.#failure !== undefined) {
      slots.release(slot);
      throw this.#failure.error;
    }
    slot.bytes.set(bytes);
    const keeping = this.#keep({ slot, length: bytes.length, key, note });
    this.#underWay.add(keeping);
    void keeping.finally(() => this.#underWay.delete(keeping));
  }

  /** Never rejects: a failure is kept for whoever calls next. */
  async #keep(chunk: { slot: ChunkSlot; length: number; key: DataKey | undefined; note: NoteName }): Promise<void> {
    const { workers, packs, slots } = this.#parts;
    const { slot, length, key, note } = chunk;
    try {
      const name = await workers.run("name", { slot: slot.memory, length, nameKey: key?.nameKey });
      if (packs.claim(name)) {
        const packed = await workers.run("pack", { slot: slot.memory, length, name, sealKey: key?.sealKey });
        const entry = { name, rawLength: length, codec: packed.codec, sealed: key !== undefined, crc: packed.crc };
        await packs.append(slot.bytes.subarray(0, packed.storedLength), entry);
      }
      note(name);
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
