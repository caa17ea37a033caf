import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { readTableOffsets } from "../mapped/read-table-offsets.ts";
import { TableMap } from "../mapped/table-map.ts";
import { decodeL2 } from "./decode-l2.ts";
import type { Qcow2Header } from "./qcow2-header.ts";

/**
 * Reads the active L1 table; what it names is read when it is needed.
 *
 * Memory  the L1 table (at most 32 MiB, 160 KiB for a 10 TiB disk at 64 KiB clusters), 8 MiB of L2 tables
 * Throws  as `readTableOffsets`
 * Source  QEMU docs/interop/qcow2, "L1 table entry"
 */
export async function loadQcow2Map(source: ByteSource, header: Qcow2Header, options: ReadOptions): Promise<TableMap> {
  const { clusterSize, l1Offset, l1Entries, l2EntryBytes } = header;
  const level = {
    format: "qcow2",
    offset: l1Offset,
    entries: l1Entries,
    readEntry: readL1Entry,
    tableBytes: clusterSize,
    alignment: clusterSize,
    headBytes: clusterSize,
  } as const;
  const entriesPerTable = clusterSize / l2EntryBytes;
  return new TableMap(source, await readTableOffsets(source, level, options), {
    clusterSize,
    entriesPerTable,
    entryBytes: l2EntryBytes,
    decode: (page, runs) => {
      const firstEntry = page.firstCluster % entriesPerTable;
      const tableOffset = page.fileOffset - firstEntry * l2EntryBytes;
      decodeL2(page.view, page, { header, fileBytes: source.lengthBytes, tableOffset, firstEntry }, runs);
    },
  });
}

/** Bit 63 says that the table has one owner; 56 to 62 are reserved. */
function readL1Entry(view: DataView, at: number, entry: number): number {
  const high = view.getUint32(at);
  if ((high & 0x7f00_0000) !== 0) {
    throw new DiskError("disk.corrupt", `L1 entry ${entry} of the qcow2 image is damaged: reserved bits are set.`, {
      remedy: "Take a sound copy of the image.",
    });
  }
  return (high & 0x00ff_ffff) * 0x1_0000_0000 + view.getUint32(at + 4);
}
