import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { StoreFolder } from "../folder/store-folder.ts";

interface OpenPack {
  readonly file: Promise<FileHandle>;
  readers: number;
}

/** Files that stay open between reads. */
const filesKept = 32;

/**
 * Reads from published packs, keeping the files open that were used last: opening and closing would double what a small read costs.
 */
export class PackFiles implements AsyncDisposable {
  readonly #folder: StoreFolder;
  /** Least recently used first. */
  readonly #packs = new Map<string, OpenPack>();

  constructor(folder: StoreFolder) {
    this.#folder = folder;
  }

  /** Fills several targets from one place on, by one call to the system. Answers how many bytes there were: fewer where the file ends. */
  async read(name: string, offset: number, targets: readonly Uint8Array[]): Promise<number> {
    const pack = this.#packs.get(name) ?? this.#open(name);
    this.#packs.delete(name);
    this.#packs.set(name, pack);
    pack.readers += 1;
    try {
      const file = await pack.file;
      return (await file.readv(targets, offset)).bytesRead;
    } finally {
      pack.readers -= 1;
      await this.#closeUnused(filesKept);
    }
  }

  /** To be called once no read is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeUnused(0);
  }

  /** A file that cannot be opened is not kept, so that the next read tries again. */
  #open(name: string): OpenPack {
    const file = open(this.#folder.packPath(name), "r");
    file.catch(() => this.#packs.delete(name));
    return { file, readers: 0 };
  }

  async #closeUnused(keep: number): Promise<void> {
    for (const [name, pack] of this.#packs) {
      if (this.#packs.size <= keep) {
        return;
      }
      if (pack.readers === 0) {
        this.#packs.delete(name);
        await (await pack.file).close();
      }
    }
  }
}
