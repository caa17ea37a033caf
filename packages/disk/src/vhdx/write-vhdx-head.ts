import { crc32c } from "../detect/crc32c.ts";
import { writeGuid } from "./guid.ts";
import { BAT_OFFSET, LOG_BYTES, LOG_OFFSET, METADATA_BYTES, METADATA_OFFSET } from "./vhdx-layout.ts";
import type { VhdxLayout } from "./vhdx-layout.ts";
import {
  FILE_ID,
  HEADER_BYTES,
  HEADER_OFFSETS,
  itemGuids,
  METADATA_TABLE_BYTES,
  REGION_TABLE_BYTES,
  REGION_TABLE_OFFSETS,
  regionGuids,
} from "./vhdx-structures.ts";

/** Ids that a file carries. */
export interface VhdxIds {
  readonly fileWrite: string;
  readonly dataWrite: string;
  /** Of the disk that the guest sees. */
  readonly disk: string;
}

/** Sectors of the medium that are told where the disk is whole ones of them: what today's drives have. */
const PHYSICAL_SECTOR_BYTES = 4096;

/**
 * Makes the head of the file: its identifier, two headers without a log to replay, two region tables.
 *
 * Memory  320 KiB
 * Source  [MS-VHDX] 2.2
 */
export function writeVhdxHead(layout: VhdxLayout, ids: VhdxIds): Buffer {
  const head = Buffer.alloc(REGION_TABLE_OFFSETS[1] + REGION_TABLE_BYTES);
  head.write(FILE_ID, 0, "latin1");
  head.write("Tintype", 8, "utf16le");
  for (const [index, offset] of HEADER_OFFSETS.entries()) {
    const header = head.subarray(offset, offset + HEADER_BYTES);
    header.write("head", 0, "latin1");
    header.writeUInt32LE(index + 1, 8);
    writeGuid(header, 16, ids.fileWrite);
    writeGuid(header, 32, ids.dataWrite);
    header.writeUInt16LE(1, 66);
    header.writeUInt32LE(LOG_BYTES, 68);
    header.writeUInt32LE(LOG_OFFSET, 72);
    header.writeUInt32LE(crc32c(header), 4);
  }
  for (const offset of REGION_TABLE_OFFSETS) {
    const table = head.subarray(offset, offset + REGION_TABLE_BYTES);
    table.write("regi", 0, "latin1");
    table.writeUInt32LE(2, 8);
    writeRegion(table.subarray(16, 48), { guid: regionGuids.bat, offset: BAT_OFFSET, length: layout.batBytes });
    writeRegion(table.subarray(48, 80), { guid: regionGuids.metadata, offset: METADATA_OFFSET, length: METADATA_BYTES });
    table.writeUInt32LE(crc32c(table), 4);
  }
  return head;
}

function writeRegion(entry: Buffer, region: { guid: string; offset: number; length: number }): void {
  writeGuid(entry, 0, region.guid);
  entry.writeBigUInt64LE(BigInt(region.offset), 16);
  entry.writeUInt32LE(region.length, 24);
  entry.writeUInt32LE(1, 28);
}

/**
 * Makes the metadata of a disk without a parent.
 *
 * Memory  68 KiB
 * Source  [MS-VHDX] 2.6
 */
export function writeVhdxMetadata(layout: VhdxLayout, facts: { readonly diskId: string; readonly isFixed: boolean }): Buffer {
  const parameters = Buffer.alloc(8);
  parameters.writeUInt32LE(layout.blockBytes, 0);
  parameters.writeUInt32LE(facts.isFixed ? 1 : 0, 4);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(layout.sizeBytes), 0);
  const diskId = Buffer.alloc(16);
  writeGuid(diskId, 0, facts.diskId);
  const physicalSectorBytes = layout.sizeBytes % PHYSICAL_SECTOR_BYTES === 0 ? PHYSICAL_SECTOR_BYTES : layout.sectorBytes;
  // Flags: 4 is needed by every reader, 2 is about the disk that the guest sees rather than about the file.
  const items = [
    { guid: itemGuids.fileParameters, flags: 4, bytes: parameters },
    { guid: itemGuids.virtualDiskSize, flags: 6, bytes: size },
    { guid: itemGuids.page83, flags: 6, bytes: diskId },
    { guid: itemGuids.logicalSectorSize, flags: 6, bytes: u32(layout.sectorBytes) },
    { guid: itemGuids.physicalSectorSize, flags: 6, bytes: u32(physicalSectorBytes) },
  ];
  const metadata = Buffer.alloc(METADATA_TABLE_BYTES + HEADER_BYTES);
  metadata.write("metadata", 0, "latin1");
  metadata.writeUInt16LE(items.length, 10);
  let end = METADATA_TABLE_BYTES;
  for (const [index, { guid, flags, bytes }] of items.entries()) {
    const entry = metadata.subarray(32 + index * 32, 64 + index * 32);
    writeGuid(entry, 0, guid);
    entry.writeUInt32LE(end, 16);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt32LE(flags, 24);
    metadata.set(bytes, end);
    end += bytes.length;
  }
  return metadata;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
