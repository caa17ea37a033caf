import type { Piece } from "../core/disk-writer.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { PieceBuilder } from "../pipeline/piece-builder.ts";
import { GRAIN_MARKER_BYTES } from "./scan-markers.ts";
import { markerTypes, sparseFlags } from "./sparse-header.ts";
import { refuseTooLong } from "./sparse-layout.ts";
import { writeDescriptor } from "./write-descriptor.ts";
import type { VmdkWriteOptions } from "./write-descriptor.ts";
import {
  AT_END,
  DESCRIPTOR_SECTOR,
  GRAIN_BYTES,
  GRAIN_SECTORS,
  TABLE_ENTRIES,
  TABLE_SECTORS,
  writeSparseHeader,
} from "./write-sparse-header.ts";
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
    return { offset: 0, bytes };
  }

  /**
   * Places grains. They are laid out in `memory`, which has `grainRoom` for each of them and is released when no piece needs it any more.
   *
   * Shape   answers pieces in ascending order
   * Throws  disk.limit (the file grows over 2 TiB)
   */
  add(grains: readonly CompressedGrain[], memory: Uint8Array, release: () => void): Piece[] {
    const builder = new PieceBuilder();
    let at = 0;
    for (const { grain, bytes } of grains) {
      const table = Math.floor(grain / TABLE_ENTRIES);
      if (table !== this.#tableIndex) {
        this.#closeTable(builder);
        this.#tableIndex = table;
      }
      const end = at + grainRoom(bytes.length);
      layOutGrain(memory.subarray(at, end), grain, bytes);
      this.#table.writeUInt32LE(this.#sector, (grain % TABLE_ENTRIES) * 4);
      this.#tableIsUsed = true;
      this.#place(builder, memory, [at, end]);
      at = end;
    }
    return builder.pieces(release);
  }

  /** Answers everything behind the last grain. */
  finish(): Piece[] {
    const builder = new PieceBuilder();
    this.#closeTable(builder);
    const directorySectors = this.#directory.length / SECTOR_BYTES;
    const footer = writeSparseHeader({ ...this.#header, directory: this.#sector + 1 });
    const directory = [marker(markerTypes.grainDirectory, directorySectors), this.#directory];
    const end = Buffer.concat([...directory, marker(markerTypes.footer, 1), footer, marker(markerTypes.endOfStream, 0)]);
    this.#place(builder, end, [0, end.length]);
    return builder.pieces(() => undefined);
  }

  #closeTable(builder: PieceBuilder): void {
    if (!this.#tableIsUsed) {
      return;
    }
    this.#directory.writeUInt32LE(this.#sector + 1, this.#tableIndex * 4);
    const bytes = Buffer.concat([marker(markerTypes.grainTable, TABLE_SECTORS), this.#table]);
    this.#place(builder, bytes, [0, bytes.length]);
    this.#table.fill(0);
    this.#tableIsUsed = false;
  }

  #place(builder: PieceBuilder, memory: Uint8Array, [start, end]: readonly [start: number, end: number]): void {
    builder.add(this.#sector * SECTOR_BYTES, memory, [start, end]);
    this.#sector += (end - start) / SECTOR_BYTES;
    refuseTooLong(this.#sector);
  }
}

/** Fills `room` with a grain's marker, its bytes, and zeros up to the end of the last sector. */
function layOutGrain(room: Uint8Array, grain: number, bytes: Uint8Array): void {
  const view = new DataView(room.buffer, room.byteOffset, GRAIN_MARKER_BYTES);
  view.setBigUint64(0, BigInt(grain * GRAIN_SECTORS), true);
  view.setUint32(8, bytes.length, true);
  room.set(bytes, GRAIN_MARKER_BYTES);
  room.fill(0, GRAIN_MARKER_BYTES + bytes.length);
}

function marker(type: number, sectors: number): Buffer {
  const bytes = Buffer.alloc(SECTOR_BYTES);
  bytes.writeBigUInt64LE(BigInt(sectors), 0);
  bytes.writeUInt32LE(type, 12);
  return bytes;
}
