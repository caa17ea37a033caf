import { SECTOR_BYTES } from "../core/sector.ts";
import { SPARSE_MAGIC } from "./sparse-header.ts";
import { DESCRIPTOR_SECTORS } from "./write-descriptor.ts";

/** Sectors of a grain that is written: 64 KiB, what VMware and QEMU write. */
export const GRAIN_SECTORS = 128;
export const GRAIN_BYTES = GRAIN_SECTORS * SECTOR_BYTES;

/** Entries of a grain table that is written, and its sectors. */
export const TABLE_ENTRIES = 512;
export const TABLE_SECTORS = 4;

/** Where the descriptor lies. */
export const DESCRIPTOR_SECTOR = 1;

/** The directory's place in the header of a stream: the footer tells. */
export const AT_END = 0xffff_ffff_ffff_ffffn;

/** What differs between the headers that are written. Units: sectors. */
export interface WrittenHeader {
  readonly version: 1 | 3;
  readonly flags: number;
  readonly capacity: number;
  readonly redundantDirectory: number;
  readonly directory: number | typeof AT_END;
  readonly overhead: number;
  readonly compression: 0 | 1;
}

/**
 * Makes the header of a sparse extent.
 *
 * Source  VMware Virtual Disk Format 5.0, "Hosted Sparse Extent Header"
 */
export function writeSparseHeader(header: WrittenHeader): Buffer {
  const sector = Buffer.alloc(SECTOR_BYTES);
  sector.writeUInt32LE(SPARSE_MAGIC, 0);
  sector.writeUInt32LE(header.version, 4);
  sector.writeUInt32LE(header.flags, 8);
  sector.writeBigUInt64LE(BigInt(header.capacity), 12);
  sector.writeBigUInt64LE(BigInt(GRAIN_SECTORS), 20);
  sector.writeBigUInt64LE(BigInt(DESCRIPTOR_SECTOR), 28);
  sector.writeBigUInt64LE(BigInt(DESCRIPTOR_SECTORS), 36);
  sector.writeUInt32LE(TABLE_ENTRIES, 44);
  sector.writeBigUInt64LE(BigInt(header.redundantDirectory), 48);
  sector.writeBigUInt64LE(BigInt(header.directory), 56);
  sector.writeBigUInt64LE(BigInt(header.overhead), 64);
  sector.write("\n \r\n", 73, "latin1");
  sector.writeUInt16LE(header.compression, 77);
  return sector;
}
