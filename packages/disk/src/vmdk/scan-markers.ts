import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { GrainTables } from "./grain-tables.ts";
import { directoryEntries, markerTypes } from "./sparse-header.ts";
import type { SparseHeader } from "./sparse-header.ts";
import { corruptVmdk, truncatedVmdk } from "./vmdk-error.ts";

/** Bytes of a grain's marker: where it belongs, and how long it is. */
export const GRAIN_MARKER_BYTES = 12;

/** Read at a time: several grains. */
const WINDOW_BYTES = 256 * 1024;

/** Memory for the tables that are made: 1 TiB of disk at grains of 64 KiB. */
const MAX_TABLES_BYTES = 64 * 1024 * 1024;

/**
 * Finds the grains of a stream that has neither grain directory nor footer, by walking over its markers from the first to the last.
 * The mark of the end must be there, because without it nobody can tell such a stream from one that was cut off.
 *
 * Memory  64 MiB of tables and a window of 256 KiB
 * Throws  disk.truncated, disk.corrupt, disk.limit, disk.io
 * Source  VMware Virtual Disk Format 5.0, "Stream-Optimized Compressed Sparse Extents"
 */
export async function scanMarkers(source: ByteSource, header: SparseHeader, options: ReadOptions = {}): Promise<GrainTables> {
  const tables = new CollectedTables(header);
  const window = new Window(source);
  let at = header.overheadSectors * SECTOR_BYTES;
  if (at < SECTOR_BYTES) {
    throw corruptVmdk("the overhead at 64 is 0, so that the first grain cannot be found");
  }
  for (;;) {
    options.signal?.throwIfAborted();
    if (at + SECTOR_BYTES > source.lengthBytes) {
      throw truncatedVmdk(`it has no grain directory, no footer, and no mark of its end before ${source.lengthBytes}`);
    }
    const view = await window.sectorAt(at, options);
    const sizeBytes = view.getUint32(8, true);
    if (sizeBytes > 0) {
      tables.add({ lba: readU64Le(view, 0), sizeBytes, at });
      at += Math.ceil((GRAIN_MARKER_BYTES + sizeBytes) / SECTOR_BYTES) * SECTOR_BYTES;
    } else {
      const type = view.getUint32(12, true);
      if (type === markerTypes.endOfStream) {
        return tables;
      }
      if (type > markerTypes.footer) {
        throw corruptVmdk(`the marker at ${at} is of the unknown type ${type}`);
      }
      at += (1 + readU64Le(view, 0)) * SECTOR_BYTES;
    }
  }
}

/** Serves sectors in ascending order from larger reads. */
class Window {
  readonly #source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async sectorAt(at: number, options: ReadOptions): Promise<DataView> {
    if (at + SECTOR_BYTES > this.#start + this.#bytes.length) {
      this.#bytes = await this.#source.read(at, Math.min(WINDOW_BYTES, this.#source.lengthBytes - at), options);
      this.#start = at;
    }
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at - this.#start, SECTOR_BYTES);
  }
}

/** Grain tables in memory, made where a grain is. */
class CollectedTables implements GrainTables {
  readonly count: number;
  readonly #header: SparseHeader;
  readonly #tables = new Map<number, Uint32Array>();

  constructor(header: SparseHeader) {
    this.#header = header;
    this.count = directoryEntries(header);
  }

  has(index: number): boolean {
    return this.#tables.has(index);
  }

  async get(index: number): Promise<Uint32Array> {
    return this.#tables.get(index) ?? new Uint32Array(this.#header.tableEntries);
  }

  add({ lba, sizeBytes, at }: { readonly lba: number; readonly sizeBytes: number; readonly at: number }): void {
    const { grainBytes, capacityBytes, tableEntries } = this.#header;
    const offset = lba * SECTOR_BYTES;
    if (offset % grainBytes !== 0 || offset >= capacityBytes || sizeBytes > 2 * grainBytes) {
      throw corruptVmdk(`the marker at ${at} names a grain of ${sizeBytes} bytes for sector ${lba}`);
    }
    const grain = offset / grainBytes;
    const table = this.#tableOf(Math.floor(grain / tableEntries));
    if (table[grain % tableEntries] !== 0) {
      throw corruptVmdk(`the marker at ${at} names sector ${lba}, which another grain has named`);
    }
    table[grain % tableEntries] = at / SECTOR_BYTES;
  }

  #tableOf(index: number): Uint32Array {
    const there = this.#tables.get(index);
    if (there !== undefined) {
      return there;
    }
    if (this.#tables.size * this.#header.tableEntries * 4 >= MAX_TABLES_BYTES) {
      throw new DiskError("disk.limit", "The VMDK has no grain directory, and more grains than can be kept in memory.", {
        remedy: "Export it again with a program that writes the grain directory.",
      });
    }
    const made = new Uint32Array(this.#header.tableEntries);
    this.#tables.set(index, made);
    return made;
  }
}
