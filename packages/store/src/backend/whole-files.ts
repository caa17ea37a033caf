/** A file in memory, or the note that it is too long for that. */
export type WholeFile = Uint8Array | "long";

/** What an entry takes besides its bytes: its name and the map's own. */
const entryBytes = 512;

/**
 * The files used last, whole, by name.
 *
 * Memory  `limitBytes`
 */
export class WholeFiles {
  readonly #limitBytes: number;
  /** Least recently used first. */
  readonly #files = new Map<string, WholeFile>();
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Copy from it at once, never change it. */
  get(name: string): WholeFile | undefined {
    const file = this.#files.get(name);
    if (file !== undefined) {
      this.#files.delete(name);
      this.#files.set(name, file);
    }
    return file;
  }

  /** Takes over the memory. */
  set(name: string, file: WholeFile): void {
    this.delete(name);
    this.#files.set(name, file);
    this.#usedBytes += sizeOf(file);
    for (const oldest of this.#files.keys()) {
      if (this.#usedBytes <= this.#limitBytes) {
        return;
      }
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    const file = this.#files.get(name);
    if (file !== undefined) {
      this.#files.delete(name);
      this.#usedBytes -= sizeOf(file);
    }
  }
}

function sizeOf(file: WholeFile): number {
  return entryBytes + (file === "long" ? 0 : file.length);
}
