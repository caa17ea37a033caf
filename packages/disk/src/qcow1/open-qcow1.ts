import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { readTableOffsets } from "../mapped/read-table-offsets.ts";
import { TableMap } from "../mapped/table-map.ts";
import { decodeQcow1Entries } from "./decode-qcow1-entries.ts";
import { parseQcow1Header } from "./parse-qcow1-header.ts";
import { Qcow1Disk } from "./qcow1-disk.ts";
import { QCOW1_HEADER_BYTES } from "./qcow1-header.ts";

export interface OpenQcow1Options extends ReadOptions, VirtualSizeLimit {}

/**
 * Opens a QCOW image of version 1, with stored and compressed clusters. The source is closed with the disk, and also when opening fails.
 *
 * Memory  the L1 table (40 KiB for 10 GiB, at most 64 MiB), 8 MiB of L2 tables, 4 MiB of decompressed clusters, and what reads in flight
 *         need (`ClusterReader`)
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (another version), disk.unsafe (backing file, encryption)
 * Source  QEMU block/qcow.c
 */
export async function openQcow1(source: ByteSource, options: OpenQcow1Options = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    const fileBytes = source.lengthBytes;
    const head = await source.read(0, Math.min(QCOW1_HEADER_BYTES, fileBytes), options);
    const header = parseQcow1Header(head, { fileBytes, maxVirtualSizeBytes: options.maxVirtualSizeBytes });
    const { clusterSize, entriesPerL2 } = header;
    const level = {
      format: "QCOW",
      offset: header.l1Offset,
      entries: header.l1Entries,
      order: "be",
      tableBytes: entriesPerL2 * 8,
      // Nothing says where a table must begin; writers use clusters.
      alignment: 1,
      headBytes: QCOW1_HEADER_BYTES,
    } as const;
    const map = new TableMap(source, await readTableOffsets(source, level, options), {
      clusterSize,
      entriesPerTable: entriesPerL2,
      entryBytes: 8,
      decode: (page, runs) => decodeQcow1Entries(page, { header, fileBytes }, runs),
    });
    return new Qcow1Disk(source, { header, map });
  });
}
