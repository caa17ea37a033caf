import { ChunkReader } from "../blob/chunk-reader.ts";
import type { LiveRoot, RootWatch } from "../live/live-roots.ts";
import type { StoreParts } from "../store-parts.ts";
import { manifestFileName } from "../store-names.ts";
import { NameSet } from "./scratch.ts";
import type { Scratch } from "./scratch.ts";
import { storedRoots } from "./stored-roots.ts";
import type { Turns } from "./turns.ts";
import { portionsOf, walkLists } from "./walk-lists.ts";

/**
 * Knows the names of all chunks and lists that any blob needs: blobs with a manifest, open blobs, and blobs that are being committed.
 * To be made before anything is looked at from which conclusions are drawn: it hears of every blob that appears later.
 *
 * Memory  what `Scratch`, `storedRoots` and `walkLists` hold, and the manifests of blobs that appeared and were not marked yet
 */
export class Mark implements Disposable {
  readonly #parts: StoreParts;
  readonly #scratch: Scratch;
  readonly #turns: Turns;
  readonly #chunks: ChunkReader;
  readonly #watch: RootWatch;
  readonly #names: NameSet;
  /** Lists whose content is marked. A list's own name may also be known as that of a chunk with the same bytes. */
  readonly #lists: NameSet;

  constructor(parts: StoreParts, scratch: Scratch, turns: Turns) {
    this.#parts = parts;
    this.#turns = turns;
    this.#chunks = new ChunkReader(parts);
    this.#names = new NameSet(scratch, "live_names");
    this.#lists = new NameSet(scratch, "live_lists");
    this.#scratch = scratch;
    this.#watch = parts.roots.watch();
  }

  /**
   * Marks what every blob needs. `onBlob` is called after each.
   *
   * Throws  what cannot be read: then nobody knows what is needed
   */
  async markStored(onBlob: () => void): Promise<void> {
    for await (const _root of storedRoots(this.#parts)) {
      // The root that was read is live now, so it comes out of the watch like any other.
      await this.whenMarked(onBlob);
    }
    // A blob that was removed before its turn may have been about to be opened.
    await this.#parts.roots.readsEnded();
    await this.whenMarked(() => undefined);
  }

  /** Runs `step` at a moment when every blob that there is has been marked. It must not wait for anything. */
  async whenMarked<T>(step: () => T): Promise<T> {
    for (let root = this.#watch.take(); root !== undefined; root = this.#watch.take()) {
      await this.#mark(root);
    }
    return step();
  }

  isLive(name: Uint8Array): boolean {
    return this.#names.has(name);
  }

  /** How many names are marked. Looks at each. */
  get size(): number {
    return this.#names.size;
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  async #mark(root: LiveRoot): Promise<void> {
    const { backend, roots } = this.#parts;
    // Before that, its lists cannot be read.
    await roots.commitEnded(root.id);
    if (!roots.isHeld(root) && (await backend.sizeOf(manifestFileName(root.id))) === undefined) {
      // The commit failed, or the blob was removed and closed.
      return;
    }
    const lists = walkLists(root, { chunks: this.#chunks, turns: this.#turns, wants: (list) => this.#lists.add(list) });
    for await (const list of lists) {
      this.#names.add(list.name);
      for await (const portion of portionsOf(list, this.#turns)) {
        this.#scratch.together(() => portion.forEach((name) => this.#names.add(name)));
      }
    }
  }
}
