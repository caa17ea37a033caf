import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { checkDescriptor } from "./check-descriptor.ts";
import type { GrainTables } from "./grain-tables.ts";
import { COWD_HEADER_BYTES, parseCowdHeader } from "./parse-cowd-header.ts";
import { parseDescriptor } from "./parse-descriptor.ts";
import type { Descriptor } from "./parse-descriptor.ts";
import { parseSparseHeader, SPARSE_HEADER_BYTES } from "./parse-sparse-header.ts";
import { readFooter } from "./read-footer.ts";
import { scanMarkers } from "./scan-markers.ts";
import { SparseExtent } from "./sparse-extent.ts";
import { COWD_MAGIC, DIRECTORY_AT_END } from "./sparse-header.ts";
import type { SparseHeader } from "./sparse-header.ts";
import { StoredTables } from "./stored-tables.ts";
import { corruptVmdk } from "./vmdk-error.ts";
import type { VmdkExtent } from "./vmdk-extent.ts";

/** A sparse file, opened. */
export interface OpenedSparse {
  readonly extent: VmdkExtent;
  /** What the file says of the whole disk, where it says anything. */
  readonly descriptor: Descriptor | undefined;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
}

/**
 * Opens a sparse file of either kind, a whole disk or a part of one. The source stays the caller's.
 *
 * Memory  see `openVmdk`
 * Throws  as `openVmdk`
 */
export async function openSparse(source: ByteSource, options: ReadOptions & VirtualSizeLimit): Promise<OpenedSparse> {
  const head = await source.read(0, Math.min(COWD_HEADER_BYTES, source.lengthBytes), options);
  const isCowd = head.length >= 4 && new DataView(head.buffer, head.byteOffset).getUint32(0, true) === COWD_MAGIC;
  return isCowd ? openCowd(source, head, options) : openHosted(source, head, options);
}

async function openCowd(source: ByteSource, head: Uint8Array, options: ReadOptions & VirtualSizeLimit): Promise<OpenedSparse> {
  const header = parseCowdHeader(head, { ...options, fileBytes: source.lengthBytes });
  const tables = await StoredTables.load(source, { shape: header, directorySector: header.directorySector }, options);
  return {
    extent: new SparseExtent(source, header, tables),
    descriptor: undefined,
    warnings: dirtyWarnings(header.isDirty),
    details: { kind: "COWD", grainSizeBytes: header.grainBytes },
  };
}

async function openHosted(source: ByteSource, head: Uint8Array, options: ReadOptions & VirtualSizeLimit): Promise<OpenedSparse> {
  const header = parseSparseHeader(head.subarray(0, SPARSE_HEADER_BYTES), { ...options, fileBytes: source.lengthBytes });
  const descriptor = await readDescriptor(source, header, options);
  const { tables, foundBy } = await findTables(source, header, options);
  return {
    extent: new SparseExtent(source, header, tables),
    descriptor,
    warnings: dirtyWarnings(header.isDirty),
    details: {
      kind: "sparse",
      version: header.version,
      grainSizeBytes: header.grainBytes,
      compression: header.isCompressed ? "zlib" : "none",
      grainDirectory: foundBy,
    },
  };
}

async function readDescriptor(source: ByteSource, header: SparseHeader, options: ReadOptions): Promise<Descriptor | undefined> {
  if (header.descriptorSectors === 0) {
    return undefined;
  }
  const text = await source.read(header.descriptorSector * SECTOR_BYTES, header.descriptorSectors * SECTOR_BYTES, options);
  if (text[0] === 0) {
    // Parts of a set have the room for it, and nothing in it.
    return undefined;
  }
  const descriptor = parseDescriptor(text);
  checkDescriptor(descriptor, "inside");
  return descriptor;
}

/** The grain directory lies in front, or at the end where the footer tells its place, or there is none and the markers must do. */
async function findTables(
  source: ByteSource,
  header: SparseHeader,
  options: ReadOptions & VirtualSizeLimit,
): Promise<{ readonly tables: GrainTables; readonly foundBy: string }> {
  const footer = header.directorySector === DIRECTORY_AT_END ? await readFooter(source, header, options) : header;
  if (footer !== undefined && footer.directorySector !== DIRECTORY_AT_END) {
    const place = { shape: header, directorySector: footer.directorySector };
    return { tables: await StoredTables.load(source, place, options), foundBy: footer === header ? "in the header" : "in the footer" };
  }
  if (!header.isCompressed || !header.hasMarkers) {
    throw corruptVmdk("its grain directory is said to be at the end (-1 at 56), and there is no footer");
  }
  return { tables: await scanMarkers(source, header, options), foundBy: "none, markers were scanned" };
}

function dirtyWarnings(isDirty: boolean): DiskWarning[] {
  return isDirty ? [{ code: "vmdk.dirty", message: "The image was not closed cleanly; its content is read as it stands." }] : [];
}
