import { PAGE_BYTES } from "./record.ts";

/** Blocks between two offsets that are kept; the offsets in between are added up. */
const GROUP_BLOCKS = 1024;

/** Where a record stands in the file. */
export interface RecordPlace {
  readonly offset: number;
  readonly length: number;
}

/**
 * Remembers the lengths of records that lie one behind the other in the order of their blocks, and from them where each one stands.
 *
 * Units   bytes of the file, numbers of the guest's blocks
 * Memory  2 bytes for each block of the disk, stored or not, which the system gives only as they are used: 1 MiB for a TiB, 64 MiB for 64 TiB
 */
export class RecordLengths {
  readonly #pages: Uint16Array;
  readonly #groupStarts: Float64Array;
  #groupsStarted = 0;
  #end: number;
  #count = 0;

  /** The first record will stand at `start`. */
  constructor(blockCount: number, start: number) {
    this.#pages = new Uint16Array(blockCount);
    this.#groupStarts = new Float64Array(Math.ceil(blockCount / GROUP_BLOCKS));
    this.#end = start;
  }

  /** Where the next record will stand. */
  get endBytes(): number {
    return this.#end;
  }

  /** How many records there are. */
  get count(): number {
    return this.#count;
  }

  get blockCount(): number {
    return this.#pages.length;
  }

  /** Appends the record of a block, which must be behind the blocks appended so far; `length` is whole pages. */
  append(block: number, length: number): void {
    for (; this.#groupsStarted * GROUP_BLOCKS <= block; this.#groupsStarted += 1) {
      this.#groupStarts[this.#groupsStarted] = this.#end;
    }
    this.#pages[block] = length / PAGE_BYTES;
    this.#end += length;
    this.#count += 1;
  }

  /** Tells whether a block has a record. */
  has(block: number): boolean {
    return (this.#pages[block] ?? 0) > 0;
  }

  /** Lists all records, in ascending order. */
  *records(): Generator<RecordPlace & { readonly block: number }> {
    let offset = this.#groupStarts[0] ?? 0;
    for (let block = 0; block < this.#pages.length; block += 1) {
      const pages = this.#pages[block] ?? 0;
      if (pages > 0) {
        yield { block, offset, length: pages * PAGE_BYTES };
        offset += pages * PAGE_BYTES;
      }
    }
  }

  /** Answers where the record of a block stands, or undefined when it has none. Adds up to 1,023 lengths. */
  placeOf(block: number): RecordPlace | undefined {
    const pages = this.#pages[block] ?? 0;
    if (pages === 0) {
      return undefined;
    }
    const group = Math.floor(block / GROUP_BLOCKS);
    let offset = this.#groupStarts[group] ?? 0;
    for (let before = group * GROUP_BLOCKS; before < block; before += 1) {
      offset += (this.#pages[before] ?? 0) * PAGE_BYTES;
    }
    return { offset, length: pages * PAGE_BYTES };
  }
}
