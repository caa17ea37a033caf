/** The packs that one writer relies on. */
export interface WriterPins {
  add(pack: string): void;
  /** To be called when the writer has ended. Repeating it is harmless. */
  release(): void;
}

/**
 * Packs in which unfinished writers found chunks, and which must therefore stay, although no manifest may say so yet.
 *
 * Memory  a name for every pack that a writer found something in, as long as it writes
 */
export class PackPins {
  readonly #counts = new Map<string, number>();

  has(pack: string): boolean {
    return this.#counts.has(pack);
  }

  open(): WriterPins {
    const own = new Set<string>();
    return {
      add: (pack) => {
        if (!own.has(pack)) {
          own.add(pack);
          this.#counts.set(pack, (this.#counts.get(pack) ?? 0) + 1);
        }
      },
      release: () => {
        for (const pack of own) {
          this.#release(pack);
        }
        own.clear();
      },
    };
  }

  #release(pack: string): void {
    const left = (this.#counts.get(pack) ?? 0) - 1;
    if (left > 0) {
      this.#counts.set(pack, left);
    } else {
      this.#counts.delete(pack);
    }
  }
}
