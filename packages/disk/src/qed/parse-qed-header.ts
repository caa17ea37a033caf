import { DiskError } from "../core/disk-error.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { checkVirtualSize } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { cutOff, damaged } from "../mapped/mapping-errors.ts";
import { missingBacking } from "../mapped/over-backing.ts";
import { QED_HEADER_BYTES, QED_MAGIC, qedFeatures, qedLimits } from "./qed-header.ts";
import type { QedHeader } from "./qed-header.ts";

/** What surrounds a header and bounds what it may say. */
export interface QedBounds extends VirtualSizeLimit {
  /** Length of the whole file in bytes. */
  readonly fileBytes: number;
  /** Whether the caller has the backing file that the image may need. Default: no, and an image that needs one is refused. */
  readonly backingIsGiven?: boolean | undefined;
}

/**
 * Reads a QED header and refuses whatever a sound, self-contained image does not have.
 *
 * Shape   `head` holds the file's first 64 bytes, or the whole file when it is shorter
 * Throws  disk.truncated, disk.corrupt, disk.limit, disk.unsupported (unknown feature), disk.unsafe (a backing file that was not given)
 * Source  QEMU docs/interop/qed_spec, "Header"
 */
export function parseQedHeader(head: Uint8Array, bounds: QedBounds): QedHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.byteLength < QED_HEADER_BYTES) {
    throw cutOff(`The QED header takes ${QED_HEADER_BYTES} bytes`, bounds.fileBytes);
  }
  if (view.getUint32(0, true) !== QED_MAGIC) {
    throw damaged("The QED header is damaged: the magic number at 0 is missing");
  }
  refuseFeatures(view, bounds);
  const clusterSize = powerOfTwo(view, 4, "cluster_size", [qedLimits.minClusterBytes, qedLimits.maxClusterBytes]);
  const tableBytes = powerOfTwo(view, 8, "table_size", [1, qedLimits.maxTableClusters]) * clusterSize;
  const headClusters = view.getUint32(12, true);
  const headBytes = headClusters * clusterSize;
  if (headClusters === 0 || headBytes > bounds.fileBytes) {
    throw damaged(`The QED header is damaged: header_size at 12 is ${headClusters} clusters, in a file of ${bounds.fileBytes} bytes`);
  }
  const sizeBytes = parseSize(view, { clusterSize, tableBytes }, bounds);
  const l1Offset = parseL1Offset(view, { clusterSize, tableBytes, headBytes }, bounds.fileBytes);
  const features = view.getUint32(16, true);
  const has = (feature: number): boolean => (features & feature) !== 0;
  return {
    clusterSize,
    tableBytes,
    headBytes,
    sizeBytes,
    l1Offset,
    needsCheck: has(qedFeatures.needsCheck),
    hasBackingFile: has(qedFeatures.backingFile),
    isOverRaw: has(qedFeatures.noProbe),
  };
}

function refuseFeatures(view: DataView, bounds: QedBounds): void {
  const [low, high] = [view.getUint32(16, true), view.getUint32(20, true)];
  if ((low & qedFeatures.backingFile) !== 0 && bounds.backingIsGiven !== true) {
    throw missingBacking("QED");
  }
  const known = qedFeatures.backingFile | qedFeatures.needsCheck | qedFeatures.noProbe;
  if (high !== 0 || (low & ~known) !== 0) {
    const bits = view.getBigUint64(16, true).toString(16);
    throw new DiskError("disk.unsupported", `The QED image uses features that are unknown here: features at 16 is 0x${bits}.`, {
      remedy: "Convert it to qcow2 with the program that made it.",
    });
  }
}

function powerOfTwo(view: DataView, offset: number, name: string, [least, most]: readonly [number, number]): number {
  const value = view.getUint32(offset, true);
  if (value < least || value > most || (value & (value - 1)) !== 0) {
    throw damaged(`The QED header is damaged: ${name} at ${offset} is ${value}, and must be a power of two from ${least} to ${most}`);
  }
  return value;
}

function parseSize(view: DataView, shape: { clusterSize: number; tableBytes: number }, bounds: QedBounds): number {
  const sizeBytes = readU64Le(view, 48);
  checkVirtualSize(sizeBytes, bounds);
  if (sizeBytes === 0 || sizeBytes % SECTOR_BYTES !== 0) {
    throw damaged(`The QED header is damaged: image_size at 48 is ${sizeBytes}, and must be a multiple of ${SECTOR_BYTES} above 0`);
  }
  const mostBytes = (shape.tableBytes / 8) ** 2 * shape.clusterSize;
  if (sizeBytes > mostBytes) {
    throw damaged(`The QED header is damaged: image_size at 48 is ${sizeBytes}, and its tables reach to ${mostBytes}`);
  }
  return sizeBytes;
}

function parseL1Offset(view: DataView, shape: { clusterSize: number; tableBytes: number; headBytes: number }, fileBytes: number): number {
  const l1Offset = readU64Le(view, 40);
  if (l1Offset + shape.tableBytes > fileBytes) {
    throw cutOff(`l1_table_offset at 40 of the QED image names a table of ${shape.tableBytes} bytes at ${l1Offset}`, fileBytes);
  }
  if (l1Offset % shape.clusterSize !== 0 || l1Offset < shape.headBytes) {
    throw damaged(`l1_table_offset at 40 of the QED image is ${l1Offset}, which is no cluster behind the header`);
  }
  return l1Offset;
}
