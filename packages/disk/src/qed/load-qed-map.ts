import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { readTableOffsets } from "../mapped/read-table-offsets.ts";
import { TableMap } from "../mapped/table-map.ts";
import { decodeQedEntries } from "./decode-qed-entries.ts";
import type { QedHeader } from "./qed-header.ts";

/** Where the clusters of a QED image are, and where the tables that say so. */
export interface QedMap {
  readonly map: TableMap;
  /** Places of the L2 tables, 0 where there is none. Units: bytes of the file. */
  readonly tables: Float64Array;
}

/**
 * Reads the L1 table.
 *
 * Memory  the L1 table (512 KiB for 64 TiB), 8 MiB of L2 tables
 * Throws  as `readTableOffsets`
 */
export async function loadQedMap(source: ByteSource, header: QedHeader, options: ReadOptions): Promise<QedMap> {
  const { clusterSize, tableBytes, sizeBytes, l1Offset, headBytes } = header;
  const level = {
    format: "QED",
    offset: l1Offset,
    entries: Math.ceil(sizeBytes / ((tableBytes / 8) * clusterSize)),
    readEntry: readU64Le,
    tableBytes,
    alignment: clusterSize,
    headBytes,
  } as const;
  const tables = await readTableOffsets(source, level, options);
  const map = new TableMap(source, tables, {
    clusterSize,
    entriesPerTable: tableBytes / 8,
    entryBytes: 8,
    decode: (page, runs) => decodeQedEntries(page, { header, fileBytes: source.lengthBytes }, runs),
  });
  return { map, tables };
}
