import type { ByteSource } from "../../core/byte-source.ts";
import { checkVirtualSize } from "../../core/virtual-size.ts";
import { readHeader } from "../../vhdx/read-header.ts";
import { readMetadata } from "../../vhdx/read-metadata.ts";
import { readRegionTable } from "../../vhdx/read-region-table.ts";
import { replayLog } from "../../vhdx/replay-log.ts";
import { VhdxMap } from "../../vhdx/vhdx-map.ts";
import { MIB } from "../../vhdx/vhdx-structures.ts";
import type { CheckOptions } from "../check-report.ts";
import type { BlockPlaces } from "./block-places.ts";
import { placesOfRuns } from "./places-of-runs.ts";

/** Where writers place the first block at the latest, whether or not the regions before it take so much. */
const FIRST_BLOCK_AT_LATEST = 8 * MIB;

/** Finds the blocks of a VHDX, its log replayed in memory. Memory: as `openVhdx`. Throws what its head is refused with; disk.io */
export async function vhdxPlaces(source: ByteSource, options: CheckOptions): Promise<BlockPlaces> {
  const header = await readHeader(source, options);
  const file = await replayLog(source, header, options);
  const regions = await readRegionTable(file.source, header, options);
  const metadata = await readMetadata(file.source, regions.metadata, options);
  checkVirtualSize(metadata.sizeBytes, options);
  const map = new VhdxMap(file.source, metadata, regions);
  const { blockBytes, sizeBytes } = metadata;
  return {
    diskBytes: sizeBytes,
    blockBytes,
    places: (range, readOptions) => placesOfRuns(map.runs(range, readOptions)),
    taken: regions.taken,
    // The blocks of sector bitmaps, which only a differencing disk has, are not told.
    blockArea: metadata.parent === undefined ? { from: FIRST_BLOCK_AT_LATEST, to: source.lengthBytes, blockBytes } : undefined,
  };
}
