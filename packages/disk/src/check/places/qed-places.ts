import type { ByteSource } from "../../core/byte-source.ts";
import { loadQedMap } from "../../qed/load-qed-map.ts";
import { parseQedHeader } from "../../qed/parse-qed-header.ts";
import { QED_HEADER_BYTES } from "../../qed/qed-header.ts";
import type { CheckOptions } from "../check-report.ts";
import type { BlockPlaces, TakenPart } from "./block-places.ts";
import { placesOfRuns } from "./places-of-runs.ts";

/** Finds the clusters of a QED image. Memory: the L1 table, 8 MiB of L2 tables. Throws what its header and L1 table are refused with; disk.io */
export async function qedPlaces(source: ByteSource, options: CheckOptions): Promise<BlockPlaces> {
  const fileBytes = source.lengthBytes;
  const head = await source.read(0, Math.min(QED_HEADER_BYTES, fileBytes), options);
  const header = parseQedHeader(head, {
    fileBytes,
    maxVirtualSizeBytes: options.maxVirtualSizeBytes,
    backingIsGiven: options.parent !== undefined,
  });
  const { clusterSize, headBytes, l1Offset, sizeBytes, tableBytes } = header;
  const { map, tables } = await loadQedMap(source, header, options);
  const taken: TakenPart[] = [
    { name: "the header", offset: 0, length: headBytes },
    { name: "the L1 table", offset: l1Offset, length: tableBytes },
  ];
  for (const offset of tables.filter((place) => place !== 0)) {
    taken.push({ name: `the L2 table at ${offset}`, offset, length: tableBytes });
  }
  return {
    diskBytes: sizeBytes,
    blockBytes: clusterSize,
    places: (range, readOptions) => placesOfRuns(map.runs(range, readOptions)),
    taken,
    blockArea: { from: 0, to: fileBytes, blockBytes: clusterSize },
  };
}
