import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import type { Backend } from "../backend/backend.ts";
import type { ChunkIndex } from "../chunk-index/chunk-index.ts";
import type { WorkFolder } from "../folder/work-folder.ts";
import type { PackPins, WriterPins } from "../live/pack-pins.ts";
import { isStoreError } from "../store-error.ts";
import { packFileName } from "../store-names.ts";
import type { PackEntry } from "./pack-format.ts";
import { PackWriter } from "./pack-writer.ts";
import { readPackIndex } from "./read-pack-index.ts";

/** What a set of packs works with. */
export interface PackSetParts {
  readonly backend: Backend;
  readonly folder: WorkFolder;
  readonly index: ChunkIndex;
  readonly pins: PackPins;
  /** Number of the writer that the packs belong to until they are published. */
  readonly owner: number;
  readonly packBytes: number;
}

/**
 * The packs that one blob's new chunks go to. Each is written in the work folder and handed to the backend when it is full. Only their
 * writer finds chunks in them, until they are published. Packs of others in which it found chunks are pinned until `release`.
 *
 * Memory  two packs' indexes (2 × 1024 entries), a name for every pack; which chunks older packs hold is asked of the chunk index
 * Disk    a pack for each chunk in flight, at the very most: the chunk that fills a pack waits until the backend has it
 */
export class PackSet {
  readonly #parts: PackSetParts;
  readonly #pins: WriterPins;
  /** Packs that are, or may be, in the backend. */
  readonly #handedOver = new Set<string>();
  readonly #openWriters = new Set<PackWriter>();
  /** Chunks taken and not yet in the chunk index, by name. */
  readonly #fresh = new Set<string>();
  #current: Promise<PackWriter> | undefined;
  #published = false;
  #addedBytes = 0;

  constructor(parts: PackSetParts) {
    this.#parts = parts;
    this.#pins = parts.pins.open();
  }

  /** Bytes of chunks appended, as they are stored. */
  get addedBytes(): number {
    return this.#addedBytes;
  }

  /** Answers true once for a chunk that the store does not have: the caller must then append it. */
  claim(chunkName: Uint8Array): boolean {
    const key = Buffer.from(chunkName).toString("hex");
    if (this.#fresh.has(key)) {
      return false;
    }
    const pack = this.#parts.index.findForWriting(chunkName, this.#parts.owner);
    if (pack !== undefined) {
      this.#pins.add(pack);
      return false;
    }
    this.#fresh.add(key);
    return true;
  }

  /** Adds a claimed chunk. The call that fills a pack also hands it to the backend. */
  async append(bytes: Uint8Array, chunk: Omit<PackEntry, "offset" | "storedLength">): Promise<void> {
    let pack = await this.#currentPack();
    while (pack.isFull) {
      pack = await this.#currentPack();
    }
    const appended = pack.append(bytes, chunk);
    this.#addedBytes += bytes.length;
    const filled = pack.isFull;
    if (filled) {
      this.#current = undefined;
    }
    await appended;
    if (filled) {
      await this.#handOver(pack);
    }
  }

  /** Hands over the last pack. To be called once all appends have settled; then the backend has everything. */
  async finish(): Promise<void> {
    const pack = await this.#current;
    this.#current = undefined;
    if (pack !== undefined) {
      await this.#handOver(pack);
    }
  }

  /** Lets everyone find the chunks. From here on others may rely on the packs, and `drop` leaves them alone. */
  publish(): void {
    this.#parts.index.publish(this.#parts.owner);
    this.#published = true;
  }

  /** Makes `drop` leave the packs in the backend, unpublished: it is not known whether a manifest needs them. The next opening publishes them. */
  leave(): void {
    this.#published = true;
  }

  /** Lets go of other writers' packs. To be called when the blob is committed; `drop` does it too. */
  release(): void {
    this.#pins.release();
  }

  /**
   * Removes everything, unless it was published. To be called once all appends have settled. What could not be removed is tried again
   * by the next call.
   *
   * Throws  what the backend says, and what the chunk index says when it cannot forget a pack (a full volume, perhaps), after as much
   *         as possible is gone. What the index still knows of removed packs is found by nobody, and forgotten at the next opening
   */
  async drop(): Promise<void> {
    this.release();
    for (const writer of this.#openWriters) {
      await writer[Symbol.asyncDispose]();
      await rm(writer.path, { force: true });
      this.#openWriters.delete(writer);
    }
    if (this.#published) {
      return;
    }
    const failures: unknown[] = [];
    for (const name of this.#handedOver) {
      try {
        await this.#remove(name);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  async #remove(name: string): Promise<void> {
    const { backend, index } = this.#parts;
    const entries = await this.#entriesOf(name);
    // The file goes first: on a full volume that makes the room that the index needs.
    await backend.remove(packFileName(name));
    this.#handedOver.delete(name);
    index.removePack(name, entries);
  }

  /** Undefined when the pack cannot be read, or was never kept. */
  async #entriesOf(name: string): Promise<readonly PackEntry[] | undefined> {
    try {
      return await readPackIndex(this.#parts.backend, name);
    } catch (error) {
      if (isStoreError(error) && (error.code === "store.missing" || error.code === "store.damaged")) {
        return undefined;
      }
      throw error;
    }
  }

  async #currentPack(): Promise<PackWriter> {
    this.#current ??= this.#create();
    return this.#current;
  }

  async #create(): Promise<PackWriter> {
    const name = randomBytes(16).toString("hex");
    const path = this.#parts.folder.tmpPath(`${name}.pack`);
    try {
      const writer = await PackWriter.create(path, name, this.#parts.packBytes);
      this.#openWriters.add(writer);
      return writer;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async #handOver(writer: PackWriter): Promise<void> {
    const { backend, index, owner } = this.#parts;
    const entries = await writer.finish();
    this.#openWriters.delete(writer);
    this.#handedOver.add(writer.name);
    await backend.put(packFileName(writer.name), { stagedPath: writer.path });
    index.addPack(writer.name, owner, entries);
    for (const { name } of entries) {
      this.#fresh.delete(Buffer.from(name).toString("hex"));
    }
  }
}
