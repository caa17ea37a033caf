import { DiskError } from "../core/disk-error.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { checkVirtualSize } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { DIRECTORY_AT_END, directoryEntries, SPARSE_MAGIC, sparseFlags, vmdkLimits } from "./sparse-header.ts";
import type { SparseHeader } from "./sparse-header.ts";
import { corruptVmdk, truncatedVmdk } from "./vmdk-error.ts";

/** Bytes of the header, one sector. */
export const SPARSE_HEADER_BYTES = SECTOR_BYTES;

const DEFLATE = 1;

/** What surrounds a header and bounds what it may say. */
export interface SparseHeaderBounds extends VirtualSizeLimit {
  /** Length of the whole file in bytes. */
  readonly fileBytes: number;
}

/**
 * Reads the header of a hosted sparse extent ("KDMV"), or its copy in the footer.
 *
 * Shape   `sector` holds its 512 bytes
 * Throws  disk.truncated, disk.corrupt, disk.limit, disk.unsupported (version, compression)
 * Source  VMware Virtual Disk Format 5.0, "Hosted Sparse Extent Header"; limits of QEMU block/vmdk.c
 */
export function parseSparseHeader(sector: Uint8Array, bounds: SparseHeaderBounds): SparseHeader {
  if (sector.length < SPARSE_HEADER_BYTES) {
    throw truncatedVmdk(`its header has ${SPARSE_HEADER_BYTES} bytes, and ${sector.length} are there`);
  }
  const view = new DataView(sector.buffer, sector.byteOffset, sector.byteLength);
  if (view.getUint32(0, true) !== SPARSE_MAGIC) {
    throw corruptVmdk('"KDMV" at 0 is missing');
  }
  const flags = view.getUint32(8, true);
  checkLineEnds(view, flags);
  const version = parseVersion(view);
  const isCompressed = (flags & sparseFlags.compressed) !== 0;
  if (isCompressed && view.getUint16(77, true) !== DEFLATE) {
    throw new DiskError(
      "disk.unsupported",
      `The VMDK is compressed by method ${view.getUint16(77, true)} at 77; only 1 (deflate) is known.`,
    );
  }
  const header: SparseHeader = {
    version,
    capacityBytes: parseCapacity(view, bounds),
    grainBytes: parseGrainBytes(view, isCompressed),
    tableEntries: parseTableEntries(view),
    isCompressed,
    hasMarkers: (flags & sparseFlags.markers) !== 0,
    hasZeroGrains: (flags & sparseFlags.zeroGrains) !== 0,
    ...parseDescriptorPlace(view, bounds),
    directorySector: isAtEnd(view, 56) ? DIRECTORY_AT_END : readU64Le(view, 56),
    overheadSectors: readU64Le(view, 64),
    isDirty: view.getUint8(72) !== 0,
  };
  if (directoryEntries(header) > vmdkLimits.directoryEntries) {
    throw new DiskError(
      "disk.limit",
      `The VMDK needs a grain directory of ${directoryEntries(header)} entries; at most ${vmdkLimits.directoryEntries} are accepted.`,
      { remedy: "Write it again with grains of 64 KiB." },
    );
  }
  return header;
}

/** Four bytes that a transfer in text mode would change. */
function checkLineEnds(view: DataView, flags: number): void {
  if ((flags & sparseFlags.newlineTest) !== 0 && view.getUint32(73) !== 0x0a20_0d0a) {
    throw corruptVmdk("the line ends at 73 were changed, as a transfer in text mode does");
  }
}

function parseVersion(view: DataView): number {
  const version = view.getUint32(4, true);
  if (version < 1 || version > 3) {
    throw new DiskError("disk.unsupported", `This is a VMDK of version ${version} (at 4); versions 1 to 3 are supported.`, {
      remedy: "Convert the image to another format first.",
    });
  }
  return version;
}

function parseCapacity(view: DataView, bounds: SparseHeaderBounds): number {
  const capacityBytes = readU64Le(view, 12) * SECTOR_BYTES;
  if (capacityBytes === 0) {
    throw corruptVmdk("the capacity at 12 is 0");
  }
  checkVirtualSize(capacityBytes, bounds);
  return capacityBytes;
}

function parseGrainBytes(view: DataView, isCompressed: boolean): number {
  const sectors = readU64Le(view, 20);
  const bytes = sectors * SECTOR_BYTES;
  if (sectors === 0 || bytes > vmdkLimits.grainBytes || !Number.isInteger(Math.log2(sectors))) {
    throw corruptVmdk(`the grain size at 20 is ${sectors} sectors, and must be a power of two up to 1 GiB`);
  }
  if (isCompressed && bytes > vmdkLimits.compressedGrainBytes) {
    throw new DiskError("disk.limit", `The VMDK has compressed grains of ${bytes} bytes; at most 2 MiB are accepted.`, {
      remedy: "Write it again with grains of 64 KiB.",
    });
  }
  return bytes;
}

function parseTableEntries(view: DataView): number {
  const entries = view.getUint32(44, true);
  if (entries === 0 || entries > vmdkLimits.tableEntries) {
    throw corruptVmdk(`the entries of a grain table at 44 are ${entries}, and must be 1 to ${vmdkLimits.tableEntries}`);
  }
  return entries;
}

function parseDescriptorPlace(
  view: DataView,
  { fileBytes }: SparseHeaderBounds,
): Pick<SparseHeader, "descriptorSector" | "descriptorSectors"> {
  const descriptorSector = readU64Le(view, 28);
  const descriptorSectors = descriptorSector === 0 ? 0 : readU64Le(view, 36);
  if (descriptorSectors * SECTOR_BYTES > vmdkLimits.descriptorBytes) {
    throw new DiskError("disk.limit", `The VMDK claims a descriptor of ${descriptorSectors} sectors at 36; at most 1 MiB is accepted.`);
  }
  if ((descriptorSector + descriptorSectors) * SECTOR_BYTES > fileBytes) {
    throw truncatedVmdk(`its descriptor at sector ${descriptorSector} goes over the end of the file, ${fileBytes}`);
  }
  return { descriptorSector, descriptorSectors };
}

function isAtEnd(view: DataView, offset: number): boolean {
  return view.getUint32(offset, true) === 0xffff_ffff && view.getUint32(offset + 4, true) === 0xffff_ffff;
}
