import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { parseSparseHeader } from "./parse-sparse-header.ts";
import type { SparseHeaderBounds } from "./parse-sparse-header.ts";
import { DIRECTORY_AT_END, SPARSE_MAGIC } from "./sparse-header.ts";
import type { SparseHeader } from "./sparse-header.ts";
import { corruptVmdk } from "./vmdk-error.ts";

/** Fields in which the footer must repeat the header. */
const REPEATED = ["version", "capacityBytes", "grainBytes", "tableEntries", "isCompressed", "hasMarkers", "hasZeroGrains"] as const;

/**
 * Reads the second header of a stream, in the sector before the last, which knows where the grain directory came to lie.
 * Answers undefined when there is none.
 *
 * Memory  one sector
 * Throws  disk.corrupt (the two headers disagree), what parsing a header throws
 * Source  VMware Virtual Disk Format 5.0, "Stream-Optimized Compressed Sparse Extents"
 */
export async function readFooter(
  source: ByteSource,
  header: SparseHeader,
  options: ReadOptions & Omit<SparseHeaderBounds, "fileBytes"> = {},
): Promise<SparseHeader | undefined> {
  const at = source.lengthBytes - 2 * SECTOR_BYTES;
  if (at < SECTOR_BYTES) {
    return undefined;
  }
  const sector = await source.read(at, SECTOR_BYTES, options);
  if (new DataView(sector.buffer, sector.byteOffset).getUint32(0, true) !== SPARSE_MAGIC) {
    return undefined;
  }
  const footer = parseSparseHeader(sector, { ...options, fileBytes: source.lengthBytes });
  const different = REPEATED.find((field) => footer[field] !== header[field]);
  if (different !== undefined) {
    throw corruptVmdk(`its footer at ${at} says ${different} ${footer[different]}, and its header ${header[different]}`);
  }
  return footer.directorySector === DIRECTORY_AT_END ? undefined : footer;
}
