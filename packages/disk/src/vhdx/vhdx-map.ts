import { ByteLru } from "../core/byte-lru.ts";
import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { fillFrom } from "../core/fill-from.ts";
import { settleAll } from "../core/settle-all.ts";
import { RunList } from "../mapped/run-list.ts";
import type { ClusterRun } from "../mapped/run-list.ts";
import type { BlockMap, GuestRange } from "../mapped/block-map.ts";
import { addSectorRuns } from "../vhd/sector-bitmap.ts";
import { corruptVhdx, truncatedVhdx } from "./corrupt-vhdx.ts";
import type { VhdxMetadata } from "./read-metadata.ts";
import type { VhdxRegions } from "./read-region-table.ts";
import { blockStates, chunkRatio, MIB } from "./vhdx-structures.ts";

const ENTRY_BYTES = 8;

/** The block table is read in pages of 8,192 entries: 16 GiB of disk at blocks of 2 MiB. */
const PAGE_BYTES = 64 * 1024;
const PAGE_ENTRIES = PAGE_BYTES / ENTRY_BYTES;
const PAGE_CACHE_BYTES = 4 * 1024 * 1024;
const BITMAP_CACHE_BYTES = 4 * 1024 * 1024;

/** Guest bytes that are looked up at a time where single sectors count, which bounds the runs in memory. */
const BATCH_BYTES = 32 * 1024 * 1024;

/** An entry of the block table. */
interface BlockEntry {
  readonly state: number;
  readonly offset: number;
}

/**
 * The map of a VHDX. Blocks that are undefined or unmapped may read as anything, and read as zeros here.
 *
 * Memory  4 MiB of the block table, 4 MiB of sector bitmaps, the runs of 8,192 blocks or of 32 MiB in single sectors
 * Throws  disk.corrupt (state or place of a block), disk.truncated (behind the file's end), disk.io
 * Source  [MS-VHDX] 2.4 and 2.5
 */
export class VhdxMap implements BlockMap {
  readonly #source: ByteSource;
  readonly #metadata: VhdxMetadata;
  readonly #regions: VhdxRegions;
  readonly #ratio: number;
  readonly #pages = new ByteLru<DataView>(PAGE_CACHE_BYTES);
  readonly #bitmaps = new ByteLru<Uint8Array>(BITMAP_CACHE_BYTES);

  /** Throws disk.corrupt when the block table is too short for the disk. */
  constructor(source: ByteSource, metadata: VhdxMetadata, regions: VhdxRegions) {
    this.#source = source;
    this.#metadata = metadata;
    this.#regions = regions;
    const { blockBytes, logicalSectorBytes, sizeBytes, parent } = metadata;
    this.#ratio = chunkRatio(blockBytes, logicalSectorBytes);
    const blocks = Math.ceil(sizeBytes / blockBytes);
    const entries =
      parent === undefined ? blocks + Math.floor((blocks - 1) / this.#ratio) : Math.ceil(blocks / this.#ratio) * (this.#ratio + 1);
    if (entries * ENTRY_BYTES > regions.bat.length) {
      throw corruptVhdx(`its block table has ${regions.bat.length} bytes, and a disk of ${sizeBytes} needs ${entries * ENTRY_BYTES}`);
    }
  }

  async *runs({ from, to }: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    const { blockBytes, parent } = this.#metadata;
    const span = parent === undefined ? PAGE_ENTRIES * blockBytes : BATCH_BYTES;
    for (let at = from; at < to;) {
      options?.signal?.throwIfAborted();
      const end = Math.min(to, (Math.floor(at / span) + 1) * span);
      yield await this.#batch({ from: at, to: end });
      at = end;
    }
  }

  coarseRuns(range: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    return this.runs(range, options);
  }

  async #batch({ from, to }: GuestRange): Promise<readonly ClusterRun[]> {
    const { blockBytes, logicalSectorBytes } = this.#metadata;
    const first = Math.floor(from / blockBytes);
    const end = Math.ceil(to / blockBytes);
    const pages = await this.#pagesOf(first, end);
    const runs = new RunList(Math.floor(from / logicalSectorBytes) * logicalSectorBytes);
    for (let block = first; block < end; block += 1) {
      const start = block * blockBytes;
      const fromSector = Math.floor(Math.max(from - start, 0) / logicalSectorBytes);
      const toSector = Math.ceil(Math.min(to - start, blockBytes) / logicalSectorBytes);
      const length = (toSector - fromSector) * logicalSectorBytes;
      const entry = this.#entryIn(pages, this.#indexOf(block));
      if (entry.state === blockStates.full || entry.state === blockStates.partial) {
        this.#checkPlace(block, entry);
      }
      if (entry.state === blockStates.full) {
        runs.addData(length, entry.offset + fromSector * logicalSectorBytes);
      } else if (entry.state === blockStates.partial) {
        const bits = await this.#bitmapOf(block);
        const part = { from: fromSector, to: toSector, sectorBytes: logicalSectorBytes, dataOffset: entry.offset };
        addSectorRuns(runs, { bits, bitOrder: "lowest-first", ...part });
      } else {
        runs.addEmpty(this.#emptyKind(block, entry.state), length);
      }
    }
    return runs.take(from, to);
  }

  /** Only a block that is not present lets the parent show through. */
  #emptyKind(block: number, state: number): "zero" | "hole" {
    const { notPresent, undefined: isUndefined, zero, unmapped, unmappedOld } = blockStates;
    if (state === notPresent) {
      return "hole";
    }
    if (state === zero || state === isUndefined || state === unmapped || state === unmappedOld) {
      return "zero";
    }
    throw corruptVhdx(`its block ${block} has the state ${state}, which there is not`);
  }

  /** Place of a block's entry in the table: after each `ratio` blocks there is one entry of sector bitmaps. */
  #indexOf(block: number): number {
    return block + Math.floor(block / this.#ratio);
  }

  #entryIn(pages: ReadonlyMap<number, DataView>, index: number): BlockEntry {
    const at = (index % PAGE_ENTRIES) * ENTRY_BYTES;
    const view = pages.get(Math.floor(index / PAGE_ENTRIES));
    if (view === undefined) {
      throw new RangeError(`Entry ${index} of the block table was not loaded.`);
    }
    const low = view.getUint32(at, true);
    // Bits 0 to 2 are the state, bits 20 to 63 the place in MiB.
    return { state: low & 7, offset: view.getUint32(at + 4, true) * 0x1_0000_0000 + (low >>> 20) * MIB };
  }

  #checkPlace(block: number, { state, offset }: BlockEntry): void {
    const { blockBytes, sizeBytes, parent } = this.#metadata;
    if (state === blockStates.partial && parent === undefined) {
      throw corruptVhdx(`its block ${block} is stored in part, and the disk has no parent for the rest`);
    }
    this.#checkRange(`block ${block}`, offset, Math.min(blockBytes, sizeBytes - block * blockBytes));
  }

  #checkRange(name: string, offset: number, length: number): void {
    if (offset + length > this.#source.lengthBytes) {
      throw truncatedVhdx(`its ${name} has ${length} bytes at ${offset}`, this.#source.lengthBytes);
    }
    const clash = this.#regions.taken.find((region) => offset < region.offset + region.length && region.offset < offset + length);
    if (clash !== undefined) {
      throw corruptVhdx(`its ${name} is to be at ${offset}, inside ${clash.name}`);
    }
  }

  /** The bits of one block's sectors. */
  async #bitmapOf(block: number): Promise<Uint8Array> {
    const { blockBytes, logicalSectorBytes } = this.#metadata;
    const bytes = blockBytes / logicalSectorBytes / 8;
    return this.#bitmaps.get(block, bytes, async () => {
      const chunk = Math.floor(block / this.#ratio);
      const index = chunk * (this.#ratio + 1) + this.#ratio;
      const page = Math.floor(index / PAGE_ENTRIES);
      const { state, offset } = this.#entryIn(new Map([[page, await this.#page(page)]]), index);
      if (state !== blockStates.full) {
        throw corruptVhdx(`its block ${block} is stored in part, and the bitmap that says which part is not there`);
      }
      this.#checkRange(`sector bitmap ${chunk}`, offset, MIB);
      const bits = Buffer.allocUnsafeSlow(bytes);
      await fillFrom(this.#source, bits, offset + (block % this.#ratio) * bytes);
      return bits;
    });
  }

  async #pagesOf(firstBlock: number, endBlock: number): Promise<ReadonlyMap<number, DataView>> {
    const first = Math.floor(this.#indexOf(firstBlock) / PAGE_ENTRIES);
    const last = Math.floor(this.#indexOf(endBlock - 1) / PAGE_ENTRIES);
    const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const tasks = numbers.map((number) => this.#page(number));
    await settleAll(tasks);
    const pages = await Promise.all(tasks);
    return new Map(pages.map((page, index) => [first + index, page]));
  }

  // Without the caller's signal, since others may wait for the same page; into memory of its own, since the source's may be part of more.
  #page(number: number): Promise<DataView> {
    const { bat } = this.#regions;
    const start = number * PAGE_BYTES;
    return this.#pages.get(number, PAGE_BYTES, async () => {
      const page = Buffer.alloc(PAGE_BYTES);
      await fillFrom(this.#source, page.subarray(0, Math.min(PAGE_BYTES, bat.length - start)), bat.offset + start);
      return new DataView(page.buffer, page.byteOffset, page.byteLength);
    });
  }
}
