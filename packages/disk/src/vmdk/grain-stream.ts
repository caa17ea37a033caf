import type { Piece } from "../core/disk-writer.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { GRAIN_MARKER_BYTES } from "./scan-markers.ts";
import { markerTypes, sparseFlags } from "./sparse-header.ts";
import { refuseTooLong } from "./sparse-layout.ts";
import { DESCRIPTOR_SECTORS, writeDescriptor } from "./write-descriptor.ts";
import type { VmdkWriteOptions } from "./write-descriptor.ts";
import { AT_END, DESCRIPTOR_SECTOR, GRAIN_BYTES, GRAIN_SECTORS, TABLE_ENTRIES, TABLE_SECTORS, writeSparseHeader } from "./write-sparse-header.ts";
import type { WrittenHeader } from "./write-sparse-header.ts";

/** Sectors before the first grain, as other writers have it. */
const OVERHEAD_SECTORS = 128;

/** A compressed grain and where it belongs. */
export interface CompressedGrain {
  readonly grain: number;
  readonly bytes: Uint8Array;
}

/** Bytes that a compressed grain takes in the file, with its marker. */
export function grainRoom(compressedBytes: number): number {
  return Math.ceil((GRAIN_MARKER_BYTES + compressedBytes) / SECTOR_BYTES) * SECTOR_BYTES;
}

/**
 * Lays a streamOptimized file out as its grains come, in ascending order: each grain behind its marker, each grain table behind the grains
 * that it names, the grain directory and a second header at the end.
 *
 * Memory  the grain directory (4 bytes for each 32 MiB of disk) and one grain table
 * Source  VMware Virtual Disk Format 5.0, "Stream-Optimized Compressed Sparse Extents"
 */
export class GrainStream {
  readonly #header: WrittenHeader;
  readonly #directory: Buffer;
  readonly #table = Buffer.alloc(TABLE_SECTORS * SECTOR_BYTES);
  #tableIndex = 0;
  #tableIsUsed = false;
  #sector = OVERHEAD_SECTORS;

  constructor(virtualSizeBytes: number) {
    this.#header = {
      version: 3,
      flags: sparseFlags.newlineTest | sparseFlags.compressed | sparseFlags.markers,
      capacity: virtualSizeBytes / SECTOR_BYTES,
      redundantDirectory: 0,
      directory: AT_END,
      overhead: OVERHEAD_SECTORS,
      compression: 1,
    };
    const tables = Math.ceil(virtualSizeBytes / (TABLE_ENTRIES * GRAIN_BYTES));
    this.#directory = Buffer.alloc(Math.ceil((tables * 4) / SECTOR_BYTES) * SECTOR_BYTES);
  }

  /** Makes the header and the descriptor, padded up to the first grain. Throws as `writeDescriptor`. */
  head(options: VmdkWriteOptions): Piece {
    const bytes = Buffer.alloc(OVERHEAD_SECTORS * SECTOR_BYTES);
    const virtualSizeBytes = this.#header.capacity * SECTOR_BYTES;
    bytes.set(writeSparseHeader(this.#header));
    bytes.set(writeDescriptor({ virtualSizeBytes, createType: "streamOptimized" }, options), DESCRIPTOR_SECTOR * SECTOR_BYTES);
    return { offset: 0, bytes: bytes.subarray(0, Math.max((DESCRIPTOR_SECTOR + DESCRIPTOR_SECTORS) * SECTOR_BYTES, bytes.length)) };
  }

  /**
   * Places grains; answers the pieces in ascending order.
   *
   * Throws  disk.limit (the file grows over 2 TiB)
   */
  add(grains: readonly CompressedGrain[]): Piece[] {
    const parts: Piece[] = [];
    let batch: CompressedGrain[] = [];
    for (const grain of grains) {
      const table = Math.floor(grain.grain / TABLE_ENTRIES);
      if (table !== this.#tableIndex) {
        parts.push(...this.#placeGrains(batch), ...this.#closeTable());
        batch = [];
        this.#tableIndex = table;
      }
      batch.push(grain);
    }
    return [...parts, ...this.#placeGrains(batch)];
  }

  /** Answers everything behind the last grain. */
  finish(): Piece[] {
    const table = this.#closeTable();
    const directorySectors = this.#directory.length / SECTOR_BYTES;
    const footer = writeSparseHeader({ ...this.#header, directory: this.#sector + 1 });
    const end = [marker(markerTypes.grainDirectory, directorySectors), this.#directory, marker(markerTypes.footer, 1), footer];
    return [...table, this.#place(Buffer.concat([...end, marker(markerTypes.endOfStream, 0)]))];
  }

  #placeGrains(grains: readonly CompressedGrain[]): Piece[] {
    if (grains.length === 0) {
      return [];
    }
    const bytes = Buffer.allocUnsafe(grains.reduce((sum, { bytes }) => sum + grainRoom(bytes.length), 0));
    let at = 0;
    for (const { grain, bytes: content } of grains) {
      const room = grainRoom(content.length);
      this.#table.writeUInt32LE(this.#sector + at / SECTOR_BYTES, (grain % TABLE_ENTRIES) * 4);
      bytes.writeBigUInt64LE(BigInt(grain * GRAIN_SECTORS), at);
      bytes.writeUInt32LE(content.length, at + 8);
      bytes.set(content, at + GRAIN_MARKER_BYTES);
      bytes.fill(0, at + GRAIN_MARKER_BYTES + content.length, at + room);
      at += room;
    }
    this.#tableIsUsed = true;
    return [this.#place(bytes)];
  }

  #closeTable(): Piece[] {
    if (!this.#tableIsUsed) {
      return [];
    }
    this.#directory.writeUInt32LE(this.#sector + 1, this.#tableIndex * 4);
    const piece = this.#place(Buffer.concat([marker(markerTypes.grainTable, TABLE_SECTORS), this.#table]));
    this.#table.fill(0);
    this.#tableIsUsed = false;
    return [piece];
  }

  #place(bytes: Buffer): Piece {
    const offset = this.#sector * SECTOR_BYTES;
    this.#sector += bytes.length / SECTOR_BYTES;
    refuseTooLong(this.#sector);
    return { offset, bytes };
  }
}

function marker(type: number, sectors: number): Buffer {
  const bytes = Buffer.alloc(SECTOR_BYTES);
  bytes.writeBigUInt64LE(BigInt(sectors), 0);
  bytes.writeUInt32LE(type, 12);
  return bytes;
}
