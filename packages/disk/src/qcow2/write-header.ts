import { incompatibleBits, HEADER_V2_BYTES, QCOW_MAGIC } from "./qcow2-header.ts";
import type { Qcow2Layout } from "./plan-layout.ts";
import { writeU64 } from "./write-u64.ts";

/** Version 3 with the compression type, rounded up to 8 bytes. */
const HEADER_BYTES = 112;

/**
 * Makes the header of a new image: no backing file, no encryption, no snapshots, no extensions, refcounts of 16 bits.
 *
 * Shape   112 bytes (version 3) or 72 (version 2), at the start of the file; the zeros that follow end the list of extensions
 * Source  QEMU docs/interop/qcow2, "Header"
 */
export function writeHeader(layout: Qcow2Layout, compression: "zlib" | "zstd"): Uint8Array {
  const { clusterSize } = layout;
  const header = new Uint8Array(layout.version === 3 ? HEADER_BYTES : HEADER_V2_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, QCOW_MAGIC);
  view.setUint32(4, layout.version);
  view.setUint32(20, layout.clusterBits);
  writeU64(view, 24, layout.virtualSizeBytes);
  view.setUint32(36, layout.l1Entries);
  writeU64(view, 40, layout.l1At * clusterSize);
  writeU64(view, 48, layout.refcountTableAt * clusterSize);
  view.setUint32(56, layout.refcountTableClusters);
  if (layout.version === 3) {
    view.setUint32(76, compression === "zstd" ? 1 << incompatibleBits.compressionType : 0);
    view.setUint32(96, 4);
    view.setUint32(100, HEADER_BYTES);
    view.setUint8(104, compression === "zstd" ? 1 : 0);
  }
  return header;
}
