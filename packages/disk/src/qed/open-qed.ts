import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { ClusterMarks } from "../mapped/cluster-marks.ts";
import { readTableOffsets } from "../mapped/read-table-offsets.ts";
import { TableMap } from "../mapped/table-map.ts";
import { BlockDisk } from "../vhd/block-disk.ts";
import { decodeQedEntries } from "./decode-qed-entries.ts";
import { parseQedHeader } from "./parse-qed-header.ts";
import { QED_HEADER_BYTES } from "./qed-header.ts";
import type { QedHeader } from "./qed-header.ts";

export interface OpenQedOptions extends ReadOptions, VirtualSizeLimit {}

/**
 * Opens a QED image. One that was not closed cleanly is read only when every cluster it names is in the file and named once; that takes
 * reading all of its tables. The source is closed with the disk, and also when opening fails.
 *
 * Memory  the L1 table (512 KiB for 64 TiB), 8 MiB of L2 tables; for an unclean image one bit for each cluster of the file while opening
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (unknown feature), disk.unsafe (backing file)
 * Source  QEMU docs/interop/qed_spec
 */
export async function openQed(source: ByteSource, options: OpenQedOptions = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    const fileBytes = source.lengthBytes;
    const head = await source.read(0, Math.min(QED_HEADER_BYTES, fileBytes), options);
    const header = parseQedHeader(head, { fileBytes, maxVirtualSizeBytes: options.maxVirtualSizeBytes });
    const { clusterSize, tableBytes, sizeBytes } = header;
    const level = {
      format: "QED",
      offset: header.l1Offset,
      entries: Math.ceil(sizeBytes / ((tableBytes / 8) * clusterSize)),
      order: "le",
      tableBytes,
      alignment: clusterSize,
      headBytes: header.headBytes,
    } as const;
    const tables = await readTableOffsets(source, level, options);
    const map = new TableMap(source, tables, {
      clusterSize,
      entriesPerTable: tableBytes / 8,
      entryBytes: 8,
      decode: (page, runs) => decodeQedEntries(page, { header, fileBytes }, runs),
    });
    if (header.needsCheck) {
      await refuseDoubleUse({ header, tables, map, fileBytes }, options);
    }
    return new BlockDisk({
      format: "qed",
      source,
      owned: source,
      map,
      parent: undefined,
      virtualSizeBytes: sizeBytes,
      sectorSizeBytes: SECTOR_BYTES,
      warnings: header.needsCheck ? [{ code: "qed.needsCheck", message: NEEDED_CHECK }] : [],
      details: { clusterSizeBytes: clusterSize, tableSizeBytes: tableBytes, needsCheck: header.needsCheck },
    });
  });
}

const NEEDED_CHECK = "The image was not closed cleanly; every cluster it names was checked, and its content is read as it stands.";

/** Walks all tables of an unclean image. Throws disk.corrupt when two of its parts share a cluster; what the decoder throws. */
async function refuseDoubleUse(
  image: { readonly header: QedHeader; readonly tables: Float64Array; readonly map: TableMap; readonly fileBytes: number },
  options: ReadOptions,
): Promise<void> {
  const { clusterSize, headBytes, l1Offset, tableBytes, sizeBytes } = image.header;
  const marks = new ClusterMarks({ format: "QED", clusterSize, origin: 0, end: image.fileBytes });
  marks.mark(0, headBytes);
  marks.mark(l1Offset, tableBytes);
  for (const offset of image.tables) {
    if (offset !== 0) {
      marks.mark(offset, tableBytes);
    }
  }
  for await (const batch of image.map.runs({ from: 0, to: sizeBytes }, options)) {
    for (const run of batch) {
      if (run.kind === "data") {
        marks.mark(run.hostOffset, run.length);
      }
    }
  }
}
