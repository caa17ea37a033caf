import { deriveUuid, parseUuid } from "../core/uuid.ts";
import { writeU64Le } from "../core/write-u64-le.ts";
import { geometryOf } from "../vhd/geometry.ts";
import { PAGE_BYTES } from "./record.ts";
import { cookies, FEATURES, FOOTER_BYTES, TYPE, VERSION } from "./zvhd-footer.ts";

/** What a writer may choose. Without a choice the same disk gives the same file. */
export interface ZvhdWriteOptions {
  /** Identity of the file. Default: derived from the format and the size of the disk. */
  readonly uuid?: string | undefined;
  /** Seconds since 2000-01-01. Default: 0. */
  readonly timestamp?: number | undefined;
}

const GIB = 1024 ** 3;
const CREATOR_VERSION = 0x0001_0004;

/**
 * Makes the block that begins and ends a file, with its checksum. ZVHD2 adds fields and seals it again.
 *
 * Throws  RangeError (the uuid is none)
 * Source  docs/formats/zvhd.md, "First and last block"
 */
export function buildFooter(format: keyof typeof cookies, sizeBytes: number, options: ZvhdWriteOptions): Buffer {
  const block = Buffer.alloc(PAGE_BYTES);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  block.write(cookies[format], 0, "latin1");
  view.setUint32(8, FEATURES, true);
  view.setUint32(12, VERSION, true);
  block.fill(0xff, 16, 24);
  view.setUint32(24, options.timestamp ?? 0, true);
  block.write("tap\0", 28, "latin1");
  view.setUint32(32, CREATOR_VERSION, true);
  writeU64Le(view, 40, sizeBytes);
  writeU64Le(view, 48, Math.ceil(sizeBytes / GIB) * GIB);
  const { cylinders, heads, sectors } = geometryOf(sizeBytes);
  view.setUint32(56, cylinders * 0x1_0000 + heads * 0x100 + sectors, true);
  view.setUint32(60, TYPE, true);
  block.set(parseUuid(options.uuid ?? deriveUuid(format, sizeBytes)), 68);
  sealFooter(block);
  return block;
}

/** Writes the checksum at 64: the complement of the sum of all other bytes of the first 512. */
export function sealFooter(block: Buffer): void {
  block.fill(0, 64, 68);
  let sum = 0;
  for (const byte of block.subarray(0, FOOTER_BYTES)) {
    sum += byte;
  }
  block.writeUInt32LE(~sum >>> 0, 64);
}
