import { DiskError } from "../core/disk-error.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { sparseFlags } from "./sparse-header.ts";
import { DESCRIPTOR_SECTORS, writeDescriptor } from "./write-descriptor.ts";
import type { VmdkWriteOptions } from "./write-descriptor.ts";
import { DESCRIPTOR_SECTOR, GRAIN_BYTES, GRAIN_SECTORS, TABLE_ENTRIES, TABLE_SECTORS, writeSparseHeader } from "./write-sparse-header.ts";

/** The most that an entry of 32 bits can name: 2 TiB. */
export const MAX_FILE_SECTORS = 2 ** 32;

/**
 * Where everything lies in a monolithicSparse file that is written. All grain tables are there, twice, whether they are used or not, as
 * VMware and QEMU make them; those that are not used are holes of the file.
 *
 * Shape   header | descriptor | directory | tables | directory | tables | grains; the first pair is the redundant one
 * Units   sectors
 */
export interface SparseLayout {
  readonly capacity: number;
  readonly tables: number;
  readonly redundantDirectory: number;
  readonly redundantTables: number;
  readonly directory: number;
  readonly mainTables: number;
  /** The first grain. */
  readonly overhead: number;
}

/** Gives every part of the file its place. */
export function layOutSparse(virtualSizeBytes: number): SparseLayout {
  const tables = Math.ceil(virtualSizeBytes / (TABLE_ENTRIES * GRAIN_BYTES));
  const directorySectors = Math.ceil((tables * 4) / SECTOR_BYTES);
  const redundantDirectory = DESCRIPTOR_SECTOR + DESCRIPTOR_SECTORS;
  const redundantTables = redundantDirectory + directorySectors;
  const directory = redundantTables + tables * TABLE_SECTORS;
  const mainTables = directory + directorySectors;
  const end = mainTables + tables * TABLE_SECTORS;
  const overhead = Math.ceil(end / GRAIN_SECTORS) * GRAIN_SECTORS;
  return { capacity: virtualSizeBytes / SECTOR_BYTES, tables, redundantDirectory, redundantTables, directory, mainTables, overhead };
}

/** Makes the header and the descriptor behind it. Throws as `writeDescriptor`. */
export function writeSparseHead(layout: SparseLayout, options: VmdkWriteOptions): Buffer {
  const header = writeSparseHeader({
    version: 1,
    flags: sparseFlags.newlineTest | sparseFlags.redundantTables,
    capacity: layout.capacity,
    redundantDirectory: layout.redundantDirectory,
    directory: layout.directory,
    overhead: layout.overhead,
    compression: 0,
  });
  const descriptor = writeDescriptor({ virtualSizeBytes: layout.capacity * SECTOR_BYTES, createType: "monolithicSparse" }, options);
  return Buffer.concat([header, descriptor]);
}

/** Makes a grain directory for tables that lie one behind the other. */
export function writeDirectory(layout: SparseLayout, firstTable: number): Buffer {
  const directory = Buffer.alloc(layout.tables * 4);
  for (let index = 0; index < layout.tables; index += 1) {
    directory.writeUInt32LE(firstTable + index * TABLE_SECTORS, index * 4);
  }
  return directory;
}

/** Refuses a file that grows over what grain tables can name. Throws disk.limit. */
export function refuseTooLong(endSector: number): void {
  if (endSector > MAX_FILE_SECTORS) {
    throw new DiskError("disk.limit", "The disk holds more data than a VMDK file can name, which is 2 TiB.", {
      remedy: "Choose another format, for example qcow2.",
    });
  }
}
