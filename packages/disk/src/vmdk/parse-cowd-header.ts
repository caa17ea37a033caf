import { DiskError } from "../core/disk-error.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { checkVirtualSize } from "../core/virtual-size.ts";
import { directoryEntries, vmdkLimits } from "./sparse-header.ts";
import type { GrainShape } from "./sparse-header.ts";
import type { SparseHeaderBounds } from "./parse-sparse-header.ts";
import { corruptVmdk, truncatedVmdk } from "./vmdk-error.ts";

/** Bytes of the header, four sectors. */
export const COWD_HEADER_BYTES = 2048;

const TABLE_ENTRIES = 4096;
const FLAG_ROOT = 1;
const FLAG_INCONSISTENT = 4;

/** The header of an ESX sparse extent, checked. */
export interface CowdHeader extends GrainShape {
  readonly directorySector: number;
  readonly isDirty: boolean;
}

/**
 * Reads the header of an ESX sparse extent ("COWD").
 *
 * Shape   `head` holds the first 2,048 bytes
 * Throws  disk.truncated, disk.corrupt, disk.limit, disk.unsupported (version), disk.unsafe (a snapshot's difference)
 * Source  VMware Virtual Disk Format 5.0, "ESX Server Sparse Extents"
 */
export function parseCowdHeader(head: Uint8Array, bounds: SparseHeaderBounds): CowdHeader {
  if (head.length < COWD_HEADER_BYTES) {
    throw truncatedVmdk(`its header has ${COWD_HEADER_BYTES} bytes, and ${head.length} are there`);
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = view.getUint32(4, true);
  if (version !== 1) {
    throw new DiskError("disk.unsupported", `This is a COWD VMDK of version ${version} (at 4); version 1 is supported.`);
  }
  const flags = view.getUint32(8, true);
  if ((flags & FLAG_ROOT) === 0) {
    throw new DiskError("disk.unsafe", "The COWD VMDK holds only the changes of a snapshot: what it does not hold is in its parent.", {
      remedy: "Consolidate the snapshots, then export the disk again.",
    });
  }
  const header: CowdHeader = {
    capacityBytes: view.getUint32(12, true) * SECTOR_BYTES,
    grainBytes: parseGrainBytes(view),
    tableEntries: TABLE_ENTRIES,
    isCompressed: false,
    hasMarkers: false,
    hasZeroGrains: false,
    directorySector: view.getUint32(20, true),
    isDirty: (flags & FLAG_INCONSISTENT) !== 0,
  };
  if (header.capacityBytes === 0) {
    throw corruptVmdk("the capacity at 12 is 0");
  }
  checkVirtualSize(header.capacityBytes, bounds);
  if (view.getUint32(24, true) < directoryEntries(header)) {
    throw corruptVmdk(`the grain directory has ${view.getUint32(24, true)} entries at 24, and the disk needs ${directoryEntries(header)}`);
  }
  return header;
}

function parseGrainBytes(view: DataView): number {
  const sectors = view.getUint32(16, true);
  if (sectors === 0 || sectors * SECTOR_BYTES > vmdkLimits.grainBytes || !Number.isInteger(Math.log2(sectors))) {
    throw corruptVmdk(`the grain size at 16 is ${sectors} sectors, and must be a power of two up to 1 GiB`);
  }
  return sectors * SECTOR_BYTES;
}
