import type { ByteSource } from "../../core/byte-source.ts";
import { TableMap } from "../../mapped/table-map.ts";
import { decodeVdiEntries } from "../../vdi/decode-vdi-entries.ts";
import { parseVdiHeader } from "../../vdi/parse-vdi-header.ts";
import { VDI_HEADER_BYTES } from "../../vdi/vdi-header.ts";
import type { CheckOptions } from "../check-report.ts";
import type { BlockPlaces } from "./block-places.ts";
import { placesOfRuns } from "./places-of-runs.ts";

/** Finds the blocks of a VDI. Memory: 8 MiB of the map. Throws what `parseVdiHeader` throws; disk.io */
export async function vdiPlaces(source: ByteSource, options: CheckOptions): Promise<BlockPlaces> {
  const fileBytes = source.lengthBytes;
  const head = await source.read(0, Math.min(VDI_HEADER_BYTES, fileBytes), options);
  const header = parseVdiHeader(head, { fileBytes, maxVirtualSizeBytes: options.maxVirtualSizeBytes });
  const { blockBytes, dataOffset, sizeBytes, storedBlocks } = header;
  const map = new TableMap(source, Float64Array.of(header.mapOffset), {
    clusterSize: blockBytes,
    entriesPerTable: header.blocks,
    entryBytes: 4,
    decode: (page, runs) => decodeVdiEntries(page, { header, fileBytes }, runs),
  });
  return {
    diskBytes: sizeBytes,
    blockBytes,
    places: (range, readOptions) => placesOfRuns(map.runs(range, readOptions)),
    taken: [{ name: "the header and the map", offset: 0, length: dataOffset }],
    blockArea: { from: dataOffset, to: Math.min(dataOffset + storedBlocks * blockBytes, fileBytes), blockBytes },
  };
}
