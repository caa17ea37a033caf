import type { ByteSource } from "../../core/byte-source.ts";
import { SECTOR_BYTES } from "../../core/sector.ts";
import { GrainMap } from "../../vmdk/grain-map.ts";
import { parseSparseHeader, SPARSE_HEADER_BYTES } from "../../vmdk/parse-sparse-header.ts";
import { DIRECTORY_AT_END, SPARSE_MAGIC } from "../../vmdk/sparse-header.ts";
import { StoredTables } from "../../vmdk/stored-tables.ts";
import type { CheckOptions } from "../check-report.ts";
import type { BlockPlaces } from "./block-places.ts";
import { placesOfRuns } from "./places-of-runs.ts";

/**
 * Finds the grains of a monolithicSparse VMDK; undefined for other kinds: how long a compressed grain is, only its marker knows.
 *
 * Memory  the grain directory, at most 32 MiB, and 4 MiB of grain tables
 * Throws  what header and grain directory are refused with; disk.io
 */
export async function vmdkPlaces(source: ByteSource, options: CheckOptions): Promise<BlockPlaces | undefined> {
  const fileBytes = source.lengthBytes;
  const head = await source.read(0, Math.min(SPARSE_HEADER_BYTES, fileBytes), options);
  if (head.length < 4 || new DataView(head.buffer, head.byteOffset).getUint32(0, true) !== SPARSE_MAGIC) {
    return undefined;
  }
  const header = parseSparseHeader(head, { fileBytes, maxVirtualSizeBytes: options.maxVirtualSizeBytes });
  const { directorySector, grainBytes, capacityBytes } = header;
  if (header.isCompressed || directorySector === DIRECTORY_AT_END) {
    return undefined;
  }
  const tables = await StoredTables.load(source, { shape: header, directorySector }, options);
  const map = new GrainMap(tables, header, fileBytes);
  const overheadBytes = header.overheadSectors * SECTOR_BYTES;
  return {
    diskBytes: capacityBytes,
    blockBytes: grainBytes,
    places: ({ from, to }, readOptions) => placesOfRuns(map.runs(from, Math.min(to, capacityBytes), readOptions)),
    taken: [{ name: "the header and the tables", offset: 0, length: overheadBytes }],
    blockArea: { from: overheadBytes, to: fileBytes, blockBytes: grainBytes },
  };
}
