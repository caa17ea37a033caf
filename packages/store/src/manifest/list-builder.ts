import { nameBytes } from "../chunk/chunk-codec.ts";
import { chunksPerList, listCountOf, maxListBytes } from "./manifest-format.ts";
import type { ContentShape, ManifestContent } from "./manifest-format.ts";

/** A list that is complete, to be kept as a chunk. */
export interface FinishedList {
  readonly number: number;
  readonly bytes: Buffer;
}

const zeros = Buffer.alloc(maxListBytes);

/**
 * Collects the names of a content's chunks into lists, and the names of the lists into the root table.
 *
 * Memory  one list (128 KiB) and the names of lists (at most 32768)
 */
export class ListBuilder {
  readonly #list = Buffer.alloc(maxListBytes);
  readonly #names = new Map<number, Uint8Array>();
  #number = 0;

  /** Tells whether the chunk lies in the list that `set` fills now. */
  isCurrent(chunkIndex: number): boolean {
    return Math.floor(chunkIndex / chunksPerList) === this.#number;
  }

  /** Notes a chunk of the current list. */
  set(chunkIndex: number, name: Uint8Array): void {
    this.#list.set(name, (chunkIndex % chunksPerList) * nameBytes);
  }

  /** Moves on to the list of a later chunk. Answers the current list, unless that has zero chunks only. */
  advanceTo(chunkIndex: number): FinishedList | undefined {
    const finished = this.#end(maxListBytes);
    this.#number = Math.floor(chunkIndex / chunksPerList);
    return finished;
  }

  /** Ends the last list of the content. Answers it, unless it has zero chunks only. */
  finish(chunkCount: number): FinishedList | undefined {
    return this.#end(Math.min(maxListBytes, Math.max(0, chunkCount - this.#number * chunksPerList) * nameBytes));
  }

  /** Notes a list's name. */
  setName(number: number, name: Uint8Array): void {
    this.#names.set(number, name);
  }

  /** The whole content, once every list has its name. */
  contentOf(shape: ContentShape): ManifestContent {
    const lists = Buffer.alloc(listCountOf(shape) * nameBytes);
    for (const [number, name] of this.#names) {
      lists.set(name, number * nameBytes);
    }
    return { ...shape, lists };
  }

  #end(length: number): FinishedList | undefined {
    const bytes = this.#list.subarray(0, length);
    if (bytes.equals(zeros.subarray(0, length))) {
      return undefined;
    }
    const finished = { number: this.#number, bytes: Buffer.from(bytes) };
    this.#list.fill(0);
    return finished;
  }
}
