import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { ChunkIndex } from "../chunk-index/chunk-index.ts";
import { makeDirectory, syncDirectory } from "../folder/durable-files.ts";
import type { StoreFolder } from "../folder/store-folder.ts";
import type { PackEntry } from "./pack-format.ts";
import { PackWriter } from "./pack-writer.ts";
import { readPackIndex } from "./read-pack-index.ts";

/** What a set of packs works with. */
export interface PackSetParts {
  readonly folder: StoreFolder;
  readonly index: ChunkIndex;
  /** Number of the writer that the packs belong to until they are published. */
  readonly owner: number;
  readonly packBytes: number;
}

interface OwnPack {
  path: string;
  /** Whether the chunk index knows it. */
  indexed: boolean;
}

/**
 * The packs that one blob's new chunks go to. They lie in `tmp` and only their writer finds chunks in them, until they are published.
 *
 * Memory  two packs' indexes (2 × 1024 entries); which chunks older packs hold is asked of the chunk index
 */
export class PackSet {
  readonly #parts: PackSetParts;
  readonly #packs = new Map<string, OwnPack>();
  readonly #openWriters = new Set<PackWriter>();
  /** Chunks taken and not yet in the chunk index, by digest. */
  readonly #fresh = new Set<string>();
  #current: Promise<PackWriter> | undefined;
  #published = false;
  #addedBytes = 0;

  constructor(parts: PackSetParts) {
    this.#parts = parts;
  }

  /** Bytes of chunks appended, as they are stored. */
  get addedBytes(): number {
    return this.#addedBytes;
  }

  /** Answers true once for a chunk that the store does not have: the caller must then append it. */
  claim(digest: Uint8Array): boolean {
    const name = Buffer.from(digest).toString("hex");
    if (this.#fresh.has(name) || this.#parts.index.find(digest, this.#parts.owner) !== undefined) {
      return false;
    }
    this.#fresh.add(name);
    return true;
  }

  /** Adds a claimed chunk. The call that fills a pack also finishes it. */
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
      await this.#finish(pack);
    }
  }

  /** Finishes the last pack. To be called once all appends have settled; then everything is flushed, still in `tmp`. */
  async finish(): Promise<void> {
    const pack = await this.#current;
    this.#current = undefined;
    if (pack !== undefined) {
      await this.#finish(pack);
    }
  }

  /** Moves the packs to their place and lets everyone find their chunks, in this order and flushed. */
  async publish(): Promise<void> {
    const directories = new Set<string>();
    for (const [name, pack] of this.#packs) {
      const path = this.#parts.folder.packPath(name);
      await makeDirectory(dirname(path));
      await rename(pack.path, path);
      pack.path = path;
      directories.add(dirname(path));
    }
    for (const directory of directories) {
      await syncDirectory(directory);
    }
    this.#parts.index.publish(this.#parts.owner);
    this.#published = true;
  }

  /**
   * Removes everything, unless it was published: then others may rely on it already. To be called once all appends have settled.
   *
   * Throws  what the chunk index says when it cannot forget a pack (a full volume, perhaps), after all files are gone. What it still
   *         knows of them is found by nobody, and forgotten when the store is opened the next time
   */
  async drop(): Promise<void> {
    for (const writer of this.#openWriters) {
      await writer[Symbol.asyncDispose]();
    }
    if (this.#published) {
      return;
    }
    const failures: unknown[] = [];
    for (const [name, pack] of this.#packs) {
      const entries = pack.indexed ? await readPackIndex(pack.path, name) : undefined;
      // The file goes first: on a full volume that makes the room that the index needs.
      await rm(pack.path, { force: true });
      this.#packs.delete(name);
      try {
        this.#forget(name, entries);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  #forget(name: string, entries: readonly PackEntry[] | undefined): void {
    if (entries !== undefined) {
      this.#parts.index.removePack(
        name,
        entries.map((entry) => entry.digest),
      );
    }
  }

  async #currentPack(): Promise<PackWriter> {
    this.#current ??= this.#create();
    return this.#current;
  }

  async #create(): Promise<PackWriter> {
    const name = randomBytes(16).toString("hex");
    const path = this.#parts.folder.tmpPath(`${name}.pack`);
    this.#packs.set(name, { path, indexed: false });
    const writer = await PackWriter.create(path, name, this.#parts.packBytes);
    this.#openWriters.add(writer);
    return writer;
  }

  async #finish(writer: PackWriter): Promise<void> {
    const entries = await writer.finish();
    this.#openWriters.delete(writer);
    this.#parts.index.addPack(writer.name, this.#parts.owner, entries);
    const pack = this.#packs.get(writer.name);
    if (pack !== undefined) {
      pack.indexed = true;
    }
    for (const { digest } of entries) {
      this.#fresh.delete(Buffer.from(digest).toString("hex"));
    }
  }
}
