import { readU64Le } from "../core/read-u64-le.ts";
import { hasText } from "../detect/probe.ts";
import { corruptVhdx } from "./corrupt-vhdx.ts";
import { readGuid } from "./guid.ts";
import type { Patch } from "./patched-source.ts";
import { hasCrc32c } from "./has-crc32c.ts";

/** The unit of the log: everything in it is whole sectors. */
export const LOG_SECTOR_BYTES = 4096;

const ENTRY_HEADER_BYTES = 64;
const DESCRIPTOR_BYTES = 32;

/** One sound entry of the log. */
export interface LogEntry {
  /** Where it begins, and how long it is, in sectors of the log. */
  readonly at: number;
  readonly sectors: number;
  readonly sequence: bigint;
  /** Sector of the first entry that must be replayed with this one. */
  readonly tail: number;
  /** Length that the file had for certain, and the length it must have after replay. */
  readonly flushedFileBytes: number;
  readonly lastFileBytes: number;
  readonly bytes: Buffer;
  readonly descriptorCount: number;
}

/**
 * Reads the entry that begins at a sector of the log, which is a ring. Whatever is no whole and sound entry of this log is none: its structure
 * is checked before its checksum, so that no byte is summed twice however hostile the log is.
 *
 * Shape   `log` is the whole log, whole sectors
 * Source  [MS-VHDX] 2.3.1
 */
export function readLogEntry(log: Buffer, at: number, logGuid: string): LogEntry | undefined {
  const head = sectorAt(log, at);
  const lengthBytes = head.readUInt32LE(8);
  const tailBytes = head.readUInt32LE(12);
  const isSound =
    hasText(head, 0, "loge") &&
    lengthBytes > 0 &&
    lengthBytes % LOG_SECTOR_BYTES === 0 &&
    lengthBytes <= log.length &&
    tailBytes % LOG_SECTOR_BYTES === 0 &&
    tailBytes < log.length &&
    readGuid(head, 32) === logGuid;
  if (!isSound) {
    return undefined;
  }
  const sequence = head.readBigUInt64LE(16);
  const sectors = lengthBytes / LOG_SECTOR_BYTES;
  const descriptorCount = head.readUInt32LE(24);
  const bytes = hasRightParts(log, { at, sectors, sequence, descriptorCount }) ? joinSectors(log, at, sectors) : undefined;
  if (bytes === undefined || sequence === 0n || !hasCrc32c(bytes)) {
    return undefined;
  }
  return {
    at,
    sectors,
    sequence,
    tail: tailBytes / LOG_SECTOR_BYTES,
    flushedFileBytes: readU64Le(viewOf(head), 48),
    lastFileBytes: readU64Le(viewOf(head), 56),
    bytes,
    descriptorCount,
  };
}

/**
 * Lists what a sound entry writes into the file, in the order of the entry.
 *
 * Throws  disk.corrupt (a place or length that is not whole sectors)
 * Source  [MS-VHDX] 2.3.1.2 to 2.3.1.4
 */
export function patchesOf({ bytes, descriptorCount, at }: LogEntry): readonly Patch[] {
  const patches: Patch[] = [];
  let dataAt = descriptorSectors(descriptorCount) * LOG_SECTOR_BYTES;
  for (let index = 0; index < descriptorCount; index += 1) {
    const descriptor = bytes.subarray(descriptorOffset(index), descriptorOffset(index) + DESCRIPTOR_BYTES);
    const offset = readU64Le(viewOf(descriptor), 16);
    const isData = hasText(descriptor, 0, "desc");
    const length = isData ? LOG_SECTOR_BYTES : readU64Le(viewOf(descriptor), 8);
    if (offset % LOG_SECTOR_BYTES !== 0 || length % LOG_SECTOR_BYTES !== 0 || !Number.isSafeInteger(offset + length)) {
      throw corruptVhdx(
        `descriptor ${index} of the log entry in sector ${at} writes ${length} bytes at ${offset}, which is not whole sectors`,
      );
    }
    if (isData) {
      // The sector's first 8 and last 4 bytes were swapped for marks; the descriptor keeps them.
      const content = Buffer.from(bytes.subarray(dataAt, dataAt + LOG_SECTOR_BYTES));
      descriptor.copy(content, 0, 8, 16);
      descriptor.copy(content, LOG_SECTOR_BYTES - 4, 4, 8);
      patches.push({ offset, length, bytes: content });
      dataAt += LOG_SECTOR_BYTES;
    } else if (length > 0) {
      patches.push({ offset, length, bytes: undefined });
    }
  }
  return patches;
}

/** Checks that descriptors and data sectors are of the kinds and the sequence number they must be, and as many as the length says. */
function hasRightParts(log: Buffer, entry: Pick<LogEntry, "at" | "sectors" | "sequence" | "descriptorCount">): boolean {
  const { at, sectors, sequence, descriptorCount } = entry;
  const firstData = descriptorSectors(descriptorCount);
  if (firstData > sectors) {
    return false;
  }
  let dataSectors = 0;
  for (let index = 0; index < descriptorCount; index += 1) {
    const offset = descriptorOffset(index);
    const sector = sectorAt(log, at + Math.floor(offset / LOG_SECTOR_BYTES));
    const place = offset % LOG_SECTOR_BYTES;
    const isData = hasText(sector, place, "desc");
    if ((!isData && !hasText(sector, place, "zero")) || sector.readBigUInt64LE(place + 24) !== sequence) {
      return false;
    }
    dataSectors += isData ? 1 : 0;
  }
  return firstData + dataSectors === sectors && hasRightDataSectors(log, { from: at + firstData, count: dataSectors, sequence });
}

function hasRightDataSectors(log: Buffer, data: { from: number; count: number; sequence: bigint }): boolean {
  for (let index = 0; index < data.count; index += 1) {
    const sector = sectorAt(log, data.from + index);
    const sequence = (BigInt(sector.readUInt32LE(4)) << 32n) | BigInt(sector.readUInt32LE(LOG_SECTOR_BYTES - 4));
    if (!hasText(sector, 0, "data") || sequence !== data.sequence) {
      return false;
    }
  }
  return true;
}

/** Descriptors follow the entry's header and go on through the next sectors. */
function descriptorOffset(index: number): number {
  return ENTRY_HEADER_BYTES + index * DESCRIPTOR_BYTES;
}

function descriptorSectors(count: number): number {
  return Math.ceil(descriptorOffset(count) / LOG_SECTOR_BYTES);
}

function sectorAt(log: Buffer, index: number): Buffer {
  const offset = (index * LOG_SECTOR_BYTES) % log.length;
  return log.subarray(offset, offset + LOG_SECTOR_BYTES);
}

function joinSectors(log: Buffer, at: number, sectors: number): Buffer {
  return Buffer.concat(Array.from({ length: sectors }, (_, index) => sectorAt(log, at + index)));
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
