import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { hasText } from "../detect/probe.ts";
import { corruptVhdx, truncatedVhdx } from "./corrupt-vhdx.ts";
import { readGuid } from "./guid.ts";
import { hasCrc32c } from "./has-crc32c.ts";
import type { VhdxHeader } from "./read-header.ts";
import { MIB, REGION_TABLE_BYTES, REGION_TABLE_OFFSETS, regionGuids } from "./vhdx-structures.ts";

const MAX_ENTRIES = 2047;
const ENTRY_BYTES = 32;

/** A part of the file that blocks must not touch. Units: bytes. */
export interface Region {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/** The two regions that every VHDX has, and all that is taken in the file: head, log and regions. */
export interface VhdxRegions {
  readonly bat: Region;
  readonly metadata: Region;
  readonly taken: readonly Region[];
}

/**
 * Reads the first of the two region tables whose checksum is right.
 *
 * Throws  disk.corrupt (no sound table, regions that overlap, twice the same), disk.truncated, disk.unsupported (an unknown region that is required)
 * Source  [MS-VHDX] 2.2.3
 */
export async function readRegionTable(source: ByteSource, header: VhdxHeader, options?: ReadOptions): Promise<VhdxRegions> {
  const table = await soundTable(source, options);
  const count = table.readUInt32LE(8);
  if (count > MAX_ENTRIES) {
    throw corruptVhdx(`its region table has ${count} entries, and may have ${MAX_ENTRIES}`);
  }
  const regions = new Map<string, Region>();
  for (let index = 0; index < count; index += 1) {
    const entry = table.subarray(16 + index * ENTRY_BYTES, 16 + (index + 1) * ENTRY_BYTES);
    const guid = readGuid(entry, 0);
    if (regions.has(guid)) {
      throw corruptVhdx(`its region table names the region ${guid} twice`);
    }
    regions.set(guid, parseEntry(entry, guid, source.lengthBytes));
  }
  const [bat, metadata] = [regions.get(regionGuids.bat), regions.get(regionGuids.metadata)];
  if (bat === undefined || metadata === undefined) {
    throw corruptVhdx("its region table names no block table, or no metadata");
  }
  const log = { name: "the log", offset: header.logOffset, length: header.logBytes };
  const taken = [{ name: "the head", offset: 0, length: MIB }, log, ...regions.values()].filter(({ length }) => length > 0);
  refuseOverlap(taken);
  return { bat, metadata, taken };
}

async function soundTable(source: ByteSource, options?: ReadOptions): Promise<Buffer> {
  for (const offset of REGION_TABLE_OFFSETS) {
    const table = Buffer.from(await source.read(offset, REGION_TABLE_BYTES, options));
    if (hasText(table, 0, "regi") && hasCrc32c(table)) {
      return table;
    }
  }
  throw corruptVhdx("neither of its region tables, at 192 and 256 KiB, has a correct checksum");
}

function parseEntry(entry: Buffer, guid: string, fileBytes: number): Region {
  const offset = readU64Le(new DataView(entry.buffer, entry.byteOffset, entry.byteLength), 16);
  const length = entry.readUInt32LE(24);
  const isRequired = (entry.readUInt32LE(28) & 1) !== 0;
  const isKnown = guid === regionGuids.bat || guid === regionGuids.metadata;
  if (isRequired && !isKnown) {
    throw new DiskError("disk.unsupported", `The VHDX has the region ${guid}, which is unknown here and required to read it.`, {
      remedy: "Convert the disk where it was made.",
    });
  }
  if (offset < MIB || offset % MIB !== 0 || length % MIB !== 0 || length === 0) {
    throw corruptVhdx(`its region ${guid} has ${length} bytes at ${offset}, which is not whole MiB behind the head`);
  }
  if (offset + length > fileBytes) {
    throw truncatedVhdx(`its region ${guid} has ${length} bytes at ${offset}`, fileBytes);
  }
  const name = guid === regionGuids.bat ? "the block table" : guid === regionGuids.metadata ? "the metadata" : `the region ${guid}`;
  return { name, offset, length };
}

function refuseOverlap(regions: readonly Region[]): void {
  const sorted = regions.toSorted((one, other) => one.offset - other.offset);
  for (const [index, region] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next !== undefined && next.offset < region.offset + region.length) {
      throw corruptVhdx(`${region.name} at ${region.offset} and ${next.name} at ${next.offset} overlap`);
    }
  }
}
