import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { readU64 } from "../core/read-u64.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { formatUuid } from "../core/uuid.ts";
import { hasText } from "../detect/probe.ts";
import { baseNameOf } from "./base-name.ts";
import { DYNAMIC_COOKIE, DYNAMIC_HEADER_BYTES, FOOTER_BYTES, VHD_VERSION } from "./vhd-footer.ts";

const MIN_BLOCK_BYTES = 512 * 1024;
const MAX_BLOCK_BYTES = 256 * 1024 * 1024;
const MAX_TABLE_BYTES = 16 * 1024 * 1024;

/** What the header of a dynamic or differencing disk says. Units: bytes. */
export interface DynamicHeader {
  /** Its own place in the file. */
  readonly offset: number;
  readonly tableOffset: number;
  readonly tableEntries: number;
  readonly blockBytes: number;
  /** Of differencing disks; zeros in others. */
  readonly parentUniqueId: string;
  /** Name of the parent's file without its folders, as far as it can be shown. Never opened. */
  readonly parentName: string;
}

/**
 * Reads and checks the header that the footer points at.
 *
 * Throws  disk.truncated, disk.corrupt, disk.unsupported (version), disk.limit (a block table over 16 MiB)
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Dynamic Disk Header Format"
 */
export async function readDynamicHeader(source: ByteSource, offset: number, options?: ReadOptions): Promise<DynamicHeader> {
  if (offset < FOOTER_BYTES || offset % SECTOR_BYTES !== 0) {
    throw corrupt(`data_offset at 16 of the footer is ${offset}, which is no sector behind the first`);
  }
  if (offset + DYNAMIC_HEADER_BYTES > source.lengthBytes) {
    throw new DiskError("disk.truncated", `The VHD header is to be at ${offset}, and the file ends at ${source.lengthBytes}.`, {
      remedy: "Copy or upload the file again, completely.",
    });
  }
  const bytes = await source.read(offset, DYNAMIC_HEADER_BYTES, options);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!hasText(bytes, 0, DYNAMIC_COOKIE)) {
    throw corrupt(`there is no "${DYNAMIC_COOKIE}" header at ${offset}`);
  }
  if (view.getUint32(36) !== sumOf(bytes)) {
    throw corrupt(`the checksum at ${offset + 36} is not that of its bytes`);
  }
  const version = view.getUint32(24);
  if (version !== VHD_VERSION) {
    throw new DiskError("disk.unsupported", `The VHD header at ${offset} is of version 0x${version.toString(16)}; only 0x10000 is known.`);
  }
  return {
    offset,
    ...parseTable(view, offset),
    parentUniqueId: formatUuid(bytes.subarray(40, 56)),
    parentName: baseNameOf(new TextDecoder("utf-16be").decode(bytes.subarray(64, 576))),
  };
}

function parseTable(view: DataView, headerOffset: number): Pick<DynamicHeader, "tableOffset" | "tableEntries" | "blockBytes"> {
  const tableOffset = readU64(view, 16);
  const tableEntries = view.getUint32(28);
  const blockBytes = view.getUint32(32);
  if (blockBytes < MIN_BLOCK_BYTES || blockBytes > MAX_BLOCK_BYTES || !Number.isInteger(Math.log2(blockBytes))) {
    throw corrupt(
      `the block size at ${headerOffset + 32} is ${blockBytes}, and must be a power of two from ${MIN_BLOCK_BYTES} to ${MAX_BLOCK_BYTES}`,
    );
  }
  if (tableEntries * 4 > MAX_TABLE_BYTES) {
    throw new DiskError("disk.limit", `The block table of the VHD has ${tableEntries} entries, more than ${MAX_TABLE_BYTES} bytes.`, {
      remedy: "Check that the file is whole, or convert it to VHDX where it was made.",
    });
  }
  if (tableOffset < FOOTER_BYTES || tableOffset % SECTOR_BYTES !== 0 || overlapsHeader(tableOffset, tableEntries * 4, headerOffset)) {
    throw corrupt(`the block table at ${tableOffset} (named at ${headerOffset + 16}) overlaps a header or begins inside a sector`);
  }
  return { tableOffset, tableEntries, blockBytes };
}

function overlapsHeader(offset: number, length: number, headerOffset: number): boolean {
  return offset < headerOffset + DYNAMIC_HEADER_BYTES && headerOffset < offset + length;
}

/** The complement of the sum of all bytes but the sum's own four at 36. */
function sumOf(header: Uint8Array): number {
  const sum = header.reduce((total, byte, at) => (at >= 36 && at < 40 ? total : total + byte), 0);
  return ~sum >>> 0;
}

function corrupt(what: string): DiskError {
  return new DiskError("disk.corrupt", `The VHD header is damaged: ${what}.`, {
    remedy: "Copy or upload the file again; if it was made like this, repair or convert it where it was made.",
  });
}
