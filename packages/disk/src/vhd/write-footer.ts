import { parseUuid } from "../core/uuid.ts";
import { writeU64 } from "../qcow2/write-u64.ts";
import { geometryOf } from "./geometry.ts";
import { FOOTER_BYTES, FOOTER_COOKIE, NOWHERE, typeNumbers, VHD_VERSION } from "./vhd-footer.ts";

/** Place of the header behind the footer's copy. */
export const HEADER_OFFSET = FOOTER_BYTES;

/** What is told of a disk in its footer. */
export interface FooterFacts {
  readonly type: "fixed" | "dynamic";
  readonly sizeBytes: number;
  readonly uniqueId: string;
  /** Seconds since 2000-01-01T00:00:00Z. */
  readonly timestamp: number;
}

/**
 * Makes a footer. The creator is "win ", as Windows writes it: readers take its size as it stands, and that of unknown creators by its geometry,
 * which is mostly less.
 *
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer Format"
 */
export function writeFooter({ type, sizeBytes, uniqueId, timestamp }: FooterFacts): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  const view = new DataView(footer.buffer, footer.byteOffset, footer.byteLength);
  const { cylinders, heads, sectors } = geometryOf(sizeBytes);
  footer.write(FOOTER_COOKIE, 0, "latin1");
  // A reserved bit of the features, which is always set.
  view.setUint32(8, 2);
  view.setUint32(12, VHD_VERSION);
  if (type === "fixed") {
    view.setUint32(16, NOWHERE);
    view.setUint32(20, NOWHERE);
  } else {
    writeU64(view, 16, HEADER_OFFSET);
  }
  view.setUint32(24, timestamp);
  footer.write("win ", 28, "latin1");
  view.setUint32(32, 0x000a_0000);
  footer.write("Wi2k", 36, "latin1");
  writeU64(view, 40, sizeBytes);
  writeU64(view, 48, sizeBytes);
  view.setUint16(56, cylinders);
  view.setUint8(58, heads);
  view.setUint8(59, sectors);
  view.setUint32(60, typeNumbers[type]);
  footer.set(parseUuid(uniqueId), 68);
  view.setUint32(64, checksumOf(footer));
  return footer;
}

/** The complement of the sum of all bytes; the sum's own four must still be zero. */
export function checksumOf(bytes: Uint8Array): number {
  return ~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0;
}
