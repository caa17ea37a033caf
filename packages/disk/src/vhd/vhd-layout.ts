import { SECTOR_BYTES } from "../core/sector.ts";
import { writeU64 } from "../qcow2/write-u64.ts";
import { DYNAMIC_COOKIE, DYNAMIC_HEADER_BYTES, FOOTER_BYTES, NOWHERE, VHD_VERSION } from "./vhd-footer.ts";
import { checksumOf, HEADER_OFFSET } from "./write-footer.ts";

/** Bytes of a block, what every program writes. */
export const VHD_BLOCK_BYTES = 2 * 1024 * 1024;

/** A bit for each sector of a block. */
const BITMAP_BYTES = SECTOR_BYTES;
const TABLE_OFFSET = FOOTER_BYTES + DYNAMIC_HEADER_BYTES;

/** Data of blocks begins at multiples of this, so that the guest's pages are pages of the file. It costs 3.5 KiB a block. */
const ALIGN_BYTES = 4096;

/**
 * Where everything lies in a dynamic VHD that is written.
 *
 * Shape   footer | header | block table | for each block: bitmap, data | footer. Between the parts there may be zeros
 * Units   bytes
 */
export interface VhdLayout {
  readonly entries: number;
  /** Place of the first block's data. */
  readonly firstDataAt: number;
  /** From one block's data to the next block's. */
  readonly strideBytes: number;
}

/** Lays a disk out. The table has one entry for each block of the disk and no more, as Azure wants it. */
export function planVhdLayout(sizeBytes: number): VhdLayout {
  const entries = Math.ceil(sizeBytes / VHD_BLOCK_BYTES);
  return {
    entries,
    firstDataAt: alignUp(TABLE_OFFSET + tableBytes(entries) + BITMAP_BYTES),
    strideBytes: alignUp(BITMAP_BYTES + VHD_BLOCK_BYTES),
  };
}

/** Place of the last footer, behind that many blocks. */
export function lastFooterAt(layout: VhdLayout, blocks: number): number {
  return blocks === 0
    ? TABLE_OFFSET + tableBytes(layout.entries)
    : layout.firstDataAt + (blocks - 1) * layout.strideBytes + VHD_BLOCK_BYTES;
}

/** The bitmap of a block whose sectors all count, which goes in front of its data. */
export const fullBitmap: Uint8Array = Buffer.alloc(BITMAP_BYTES, 0xff);

/**
 * Makes the start of the file: the footer's copy, the header and the block table.
 *
 * Shape   `ordinals` has, for each block, its number in the file counted from 1, or 0
 * Memory  the table, at most 4 MiB
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Dynamic Disk Header Format"
 */
export function writeVhdHead(layout: VhdLayout, footer: Uint8Array, ordinals: Uint32Array): Buffer {
  const head = Buffer.alloc(TABLE_OFFSET + tableBytes(layout.entries), 0);
  head.set(footer, 0);
  const header = head.subarray(HEADER_OFFSET, TABLE_OFFSET);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  header.write(DYNAMIC_COOKIE, 0, "latin1");
  view.setUint32(8, NOWHERE);
  view.setUint32(12, NOWHERE);
  writeU64(view, 16, TABLE_OFFSET);
  view.setUint32(24, VHD_VERSION);
  view.setUint32(28, layout.entries);
  view.setUint32(32, VHD_BLOCK_BYTES);
  view.setUint32(36, checksumOf(header));
  head.fill(0xff, TABLE_OFFSET);
  for (const [block, ordinal] of ordinals.entries()) {
    if (ordinal > 0) {
      const dataAt = layout.firstDataAt + (ordinal - 1) * layout.strideBytes;
      head.writeUInt32BE((dataAt - BITMAP_BYTES) / SECTOR_BYTES, TABLE_OFFSET + block * 4);
    }
  }
  return head;
}

function tableBytes(entries: number): number {
  return Math.ceil((entries * 4) / SECTOR_BYTES) * SECTOR_BYTES;
}

function alignUp(bytes: number): number {
  return Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES;
}
