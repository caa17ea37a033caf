import { DiskError } from "../core/disk-error.ts";
import { readU64 } from "../core/read-u64.ts";
import { checkVirtualSize } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { missingBacking } from "../mapped/over-backing.ts";
import { refuseIncompatibleFeatures } from "./incompatible-features.ts";
import { HEADER_V2_BYTES, HEADER_V3_BYTES, incompatibleBits, QCOW_MAGIC, qcow2Limits } from "./qcow2-header.ts";
import type { Qcow2Header } from "./qcow2-header.ts";

/** What surrounds a header and bounds what it may say. */
export interface HeaderBounds extends VirtualSizeLimit {
  /** Length of the whole file in bytes. */
  readonly fileBytes: number;
  /** Whether the caller has the backing file that the image may need. Default: no, and an image that needs one is refused. */
  readonly backingIsGiven?: boolean | undefined;
}

/**
 * Reads a qcow2 header and refuses whatever a sound, self-contained image does not have.
 *
 * Shape   `head` holds the file's first bytes: 112 are enough, or the whole file when it is shorter
 * Throws  disk.truncated, disk.corrupt, disk.limit, disk.unsupported (unknown version or feature),
 *         disk.unsafe (a backing file that was not given, external data file, encryption)
 * Source  QEMU docs/interop/qcow2, "Header"; limits of block/qcow2.h
 */
export function parseHeader(head: Uint8Array, bounds: HeaderBounds): Qcow2Header {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = parseVersion(view);
  const clusterBits = parseClusterBits(view);
  const clusterSize = 2 ** clusterBits;
  const hasBackingFile = readU64(view, 8) !== 0;
  if (hasBackingFile && bounds.backingIsGiven !== true) {
    throw missingBacking("qcow2");
  }
  refuseEncryption(view);
  const extra = version === 3 ? parseVersion3Fields(view, clusterSize) : version2Fields;
  const extendedL2 = hasBit(extra.incompatible, incompatibleBits.extendedL2);
  if (extendedL2 && clusterBits < qcow2Limits.minClusterBitsOfExtendedL2) {
    throw corrupt(`extended L2 entries need clusters of at least 16 KiB, and these have ${clusterSize} bytes`);
  }
  const l2EntryBytes = extendedL2 ? 16 : 8;
  checkRefcountTable(view, { clusterSize, fileBytes: bounds.fileBytes });
  return {
    version,
    clusterBits,
    clusterSize,
    ...parseSizeAndL1(view, { clusterSize, l2EntryBytes }, bounds),
    l2EntryBytes,
    compression: extra.compression,
    refcountBits: 2 ** extra.refcountOrder,
    snapshotCount: parseSnapshotCount(view, { clusterSize, fileBytes: bounds.fileBytes }),
    headerBytes: extra.headerBytes,
    isDirty: hasBit(extra.incompatible, incompatibleBits.dirty),
    hasLazyRefcounts: extra.hasLazyRefcounts,
    hasBackingFile,
  };
}

function parseVersion(view: DataView): 2 | 3 {
  if (view.byteLength < HEADER_V2_BYTES) {
    throw new DiskError(
      "disk.truncated",
      `The qcow2 header is cut off: the file has ${view.byteLength} of at least ${HEADER_V2_BYTES} bytes.`,
    );
  }
  if (view.getUint32(0) !== QCOW_MAGIC) {
    throw corrupt("the magic number at 0 is missing");
  }
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3) {
    throw new DiskError("disk.unsupported", `This is a QCOW image of version ${version}; versions 2 and 3 are supported.`, {
      remedy: "Convert the image to qcow2 version 3 first.",
    });
  }
  if (version === 3 && view.byteLength < HEADER_V3_BYTES) {
    throw new DiskError(
      "disk.truncated",
      `The qcow2 header is cut off: the file has ${view.byteLength} of at least ${HEADER_V3_BYTES} bytes.`,
    );
  }
  return version;
}

function parseClusterBits(view: DataView): number {
  const clusterBits = view.getUint32(20);
  if (clusterBits < qcow2Limits.minClusterBits || clusterBits > qcow2Limits.maxClusterBits) {
    throw corrupt(`cluster_bits at 20 is ${clusterBits}, and must be ${qcow2Limits.minClusterBits} to ${qcow2Limits.maxClusterBits}`);
  }
  return clusterBits;
}

/** Refuses what lies behind a key. */
function refuseEncryption(view: DataView): void {
  const method = view.getUint32(32);
  if (method !== 0) {
    const name = method === 1 ? "AES" : method === 2 ? "LUKS" : `unknown method ${method}`;
    throw new DiskError("disk.unsafe", `The image is encrypted (${name}), and its content cannot be read without the key.`, {
      remedy: "Convert it to an image without encryption first.",
    });
  }
}

/** What version 3 adds to the header. */
interface Version3Fields {
  readonly incompatible: number;
  readonly hasLazyRefcounts: boolean;
  readonly refcountOrder: number;
  readonly headerBytes: number;
  readonly compression: "zlib" | "zstd";
}

const version2Fields: Version3Fields = {
  incompatible: 0,
  hasLazyRefcounts: false,
  refcountOrder: 4,
  headerBytes: HEADER_V2_BYTES,
  compression: "zlib",
};

function parseVersion3Fields(view: DataView, clusterSize: number): Version3Fields {
  const headerBytes = view.getUint32(100);
  if (headerBytes < HEADER_V3_BYTES || headerBytes % 8 !== 0 || headerBytes > clusterSize) {
    throw corrupt(`header_length at 100 is ${headerBytes}, and must be a multiple of 8 from ${HEADER_V3_BYTES} to the cluster size`);
  }
  refuseIncompatibleFeatures(view);
  const refcountOrder = view.getUint32(96);
  if (refcountOrder > qcow2Limits.maxRefcountOrder) {
    throw corrupt(`refcount_order at 96 is ${refcountOrder}, and must be at most ${qcow2Limits.maxRefcountOrder}`);
  }
  const incompatible = view.getUint32(76);
  return {
    incompatible,
    hasLazyRefcounts: hasBit(view.getUint32(84), 0),
    refcountOrder,
    headerBytes,
    compression: parseCompression(view, { headerBytes, hasTypeBit: hasBit(incompatible, incompatibleBits.compressionType) }),
  };
}

function parseCompression(view: DataView, facts: { headerBytes: number; hasTypeBit: boolean }): "zlib" | "zstd" {
  if (facts.headerBytes > HEADER_V3_BYTES && view.byteLength <= HEADER_V3_BYTES) {
    throw new DiskError("disk.truncated", `The qcow2 header is cut off: the file ends at ${view.byteLength}.`);
  }
  const type = facts.headerBytes > HEADER_V3_BYTES ? view.getUint8(HEADER_V3_BYTES) : 0;
  if (type > 1) {
    throw new DiskError(
      "disk.unsupported",
      `The image uses compression type ${type}, which is unknown; 0 (zlib) and 1 (zstd) are supported.`,
    );
  }
  if ((type !== 0) !== facts.hasTypeBit) {
    throw corrupt(`compression_type at 104 is ${type}, and its incompatible feature bit is ${facts.hasTypeBit ? "set" : "not set"}`);
  }
  return type === 0 ? "zlib" : "zstd";
}

function checkRefcountTable(view: DataView, file: { clusterSize: number; fileBytes: number }): void {
  const clusters = view.getUint32(56);
  if (clusters === 0) {
    throw corrupt("refcount_table_clusters at 56 is 0");
  }
  if (clusters * file.clusterSize > qcow2Limits.refcountTableBytes) {
    throw new DiskError("disk.limit", `The refcount table has ${clusters} clusters, more than ${qcow2Limits.refcountTableBytes} bytes.`);
  }
  checkTableOffset("refcount_table_offset at 48", readU64(view, 48), file);
}

function parseSnapshotCount(view: DataView, file: { clusterSize: number; fileBytes: number }): number {
  const count = view.getUint32(60);
  if (count > qcow2Limits.snapshotCount) {
    throw new DiskError("disk.limit", `The image has ${count} snapshots; at most ${qcow2Limits.snapshotCount} are accepted.`);
  }
  if (count > 0) {
    checkTableOffset("snapshots_offset at 64", readU64(view, 64), file);
  }
  return count;
}

function parseSizeAndL1(
  view: DataView,
  shape: { clusterSize: number; l2EntryBytes: number },
  bounds: HeaderBounds,
): Pick<Qcow2Header, "sizeBytes" | "l1Offset" | "l1Entries"> {
  const sizeBytes = readU64(view, 24);
  checkVirtualSize(sizeBytes, bounds);
  if (sizeBytes === 0) {
    throw corrupt("the size at 24 is 0: there is no disk in it");
  }
  const bytesPerL2 = (shape.clusterSize / shape.l2EntryBytes) * shape.clusterSize;
  const l1Entries = Math.ceil(sizeBytes / bytesPerL2);
  const statedEntries = view.getUint32(36);
  if (statedEntries * 8 > qcow2Limits.l1TableBytes) {
    throw new DiskError("disk.limit", `The L1 table has ${statedEntries} entries, more than ${qcow2Limits.l1TableBytes} bytes.`);
  }
  if (statedEntries < l1Entries) {
    throw corrupt(`the L1 table has ${statedEntries} entries, and a disk of ${sizeBytes} bytes needs ${l1Entries}`);
  }
  const l1Offset = readU64(view, 40);
  checkTableOffset("l1_table_offset at 40", l1Offset, { clusterSize: shape.clusterSize, fileBytes: bounds.fileBytes });
  if (l1Offset + statedEntries * 8 > bounds.fileBytes) {
    throw new DiskError(
      "disk.truncated",
      `The L1 table at ${l1Offset} has ${statedEntries * 8} bytes, and the file ends at ${bounds.fileBytes}.`,
      {
        remedy: "Copy or upload the file again, completely.",
      },
    );
  }
  return { sizeBytes, l1Offset, l1Entries };
}

function checkTableOffset(field: string, offset: number, file: { clusterSize: number; fileBytes: number }): void {
  if (offset >= file.fileBytes) {
    throw new DiskError(
      "disk.truncated",
      `The qcow2 header is at odds with the file: ${field} is ${offset}, and the file ends at ${file.fileBytes}.`,
      {
        remedy: "Copy or upload the file again, completely.",
      },
    );
  }
  if (offset === 0 || offset % file.clusterSize !== 0) {
    throw corrupt(`${field} is ${offset}, and must be a multiple of the cluster size ${file.clusterSize} behind the header`);
  }
}

function hasBit(bits: number, bit: number): boolean {
  return (bits & (1 << bit)) !== 0;
}

function corrupt(what: string): DiskError {
  return new DiskError("disk.corrupt", `The qcow2 header is damaged: ${what}.`);
}
