import { DiskError } from "../core/disk-error.ts";
import { readU64 } from "../core/read-u64.ts";
import { checkVirtualSize } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { cutOff, damaged } from "../mapped/mapping-errors.ts";
import { missingBacking } from "../mapped/over-backing.ts";
import { QCOW_MAGIC } from "../qcow2/qcow2-header.ts";
import { QCOW1_HEADER_BYTES, qcow1Limits } from "./qcow1-header.ts";
import type { Qcow1Header } from "./qcow1-header.ts";

/** What surrounds a header and bounds what it may say. */
export interface Qcow1Bounds extends VirtualSizeLimit {
  /** Length of the whole file in bytes. */
  readonly fileBytes: number;
  /** Whether the caller has the backing file that the image may need. Default: no, and an image that needs one is refused. */
  readonly backingIsGiven?: boolean | undefined;
}

/**
 * Reads a header of QCOW version 1 and refuses whatever a sound, self-contained image does not have.
 *
 * Shape   `head` holds the file's first 48 bytes, or the whole file when it is shorter
 * Throws  disk.truncated, disk.corrupt, disk.limit, disk.unsupported (another version), disk.unsafe (a backing file that was not given, encryption)
 * Source  QEMU block/qcow.c
 */
export function parseQcow1Header(head: Uint8Array, bounds: Qcow1Bounds): Qcow1Header {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.byteLength < QCOW1_HEADER_BYTES) {
    throw cutOff(`The QCOW header takes ${QCOW1_HEADER_BYTES} bytes`, bounds.fileBytes);
  }
  if (view.getUint32(0) !== QCOW_MAGIC) {
    throw damaged("The QCOW header is damaged: the magic number at 0 is missing");
  }
  if (view.getUint32(4) !== 1) {
    throw new DiskError("disk.unsupported", `This is a QCOW image of version ${view.getUint32(4)}, not of version 1.`, {
      remedy: "Open it as qcow2.",
    });
  }
  const hasBackingFile = readU64(view, 8) !== 0;
  if (hasBackingFile && bounds.backingIsGiven !== true) {
    throw missingBacking("QCOW");
  }
  refuseEncryption(view);
  const clusterBits = bitsWithin(view, 32, "cluster_bits", [qcow1Limits.minClusterBits, qcow1Limits.maxClusterBits]);
  const entriesPerL2 = 2 ** bitsWithin(view, 33, "l2_bits", [qcow1Limits.minL2Bits, qcow1Limits.maxL2Bits]);
  const clusterSize = 2 ** clusterBits;
  const sizeBytes = readU64(view, 24);
  checkVirtualSize(sizeBytes, bounds);
  if (sizeBytes <= 1) {
    throw damaged(`The QCOW header is damaged: the size at 24 is ${sizeBytes}, which is no disk`);
  }
  const l1Entries = Math.ceil(sizeBytes / (clusterSize * entriesPerL2));
  const l1Offset = parseL1Offset(view, l1Entries, bounds.fileBytes);
  return { clusterBits, clusterSize, entriesPerL2, sizeBytes, l1Entries, l1Offset, hasBackingFile };
}

/** Refuses what lies behind a key. */
function refuseEncryption(view: DataView): void {
  const method = view.getUint32(36);
  if (method !== 0) {
    const name = method === 1 ? "AES" : `unknown method ${method}`;
    throw new DiskError("disk.unsafe", `The QCOW image is encrypted (${name}), and its content cannot be read without the key.`, {
      remedy: "Convert it to an image without encryption first.",
    });
  }
}

function bitsWithin(view: DataView, offset: number, field: string, [least, most]: readonly [number, number]): number {
  const bits = view.getUint8(offset);
  if (bits < least || bits > most) {
    throw damaged(`The QCOW header is damaged: ${field} at ${offset} is ${bits}, and must be ${least} to ${most}`);
  }
  return bits;
}

function parseL1Offset(view: DataView, l1Entries: number, fileBytes: number): number {
  if (l1Entries * 8 > qcow1Limits.l1TableBytes) {
    throw new DiskError(
      "disk.limit",
      `The L1 table of the QCOW image has ${l1Entries} entries, more than ${qcow1Limits.l1TableBytes} bytes.`,
      {
        remedy: "Convert it to qcow2 with the program that made it.",
      },
    );
  }
  const l1Offset = readU64(view, 40);
  if (l1Offset + l1Entries * 8 > fileBytes) {
    throw cutOff(`l1_table_offset at 40 of the QCOW image names a table of ${l1Entries * 8} bytes at ${l1Offset}`, fileBytes);
  }
  if (l1Offset < QCOW1_HEADER_BYTES) {
    throw damaged(`l1_table_offset at 40 of the QCOW image is ${l1Offset}, inside the header`);
  }
  return l1Offset;
}
