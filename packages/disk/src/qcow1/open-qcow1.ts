import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { readU64 } from "../core/read-u64.ts";
import { roundUpToSector, sizeWarnings } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { ClusterDisk } from "../mapped/cluster-disk.ts";
import { overBacking } from "../mapped/over-backing.ts";
import { readTableOffsets } from "../mapped/read-table-offsets.ts";
import { TableMap } from "../mapped/table-map.ts";
import { inflateCluster } from "../qcow2/inflate-cluster.ts";
import { decodeQcow1Entries } from "./decode-qcow1-entries.ts";
import { parseQcow1Header } from "./parse-qcow1-header.ts";
import { QCOW1_HEADER_BYTES } from "./qcow1-header.ts";

export interface OpenQcow1Options extends ReadOptions, VirtualSizeLimit {
  /** The backing file, opened by the caller. Taken over and closed with the disk. */
  readonly parent?: VirtualDisk | undefined;
}

/**
 * Opens a QCOW image of version 1, with stored and compressed clusters; what it does not hold is read from the backing file, which is given.
 * Both are closed with the disk, and also when opening fails.
 *
 * Memory  the L1 table (40 KiB for 10 GiB, at most 64 MiB), 8 MiB of L2 tables, 4 MiB of decompressed clusters, and what reads in flight
 *         need (`ClusterReader`); over a backing file as `overlayDisk`
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (another version), disk.unsafe (a backing file that was not given,
 *         encryption)
 * Source  QEMU block/qcow.c
 */
export async function openQcow1(source: ByteSource, options: OpenQcow1Options = {}): Promise<VirtualDisk> {
  const { parent, maxVirtualSizeBytes } = options;
  const owned = new AsyncDisposableStack();
  owned.use(source);
  owned.use(parent);
  return closeOnFailure(owned, async () => {
    const fileBytes = source.lengthBytes;
    const head = await source.read(0, Math.min(QCOW1_HEADER_BYTES, fileBytes), options);
    const header = parseQcow1Header(head, { fileBytes, maxVirtualSizeBytes, backingIsGiven: parent !== undefined });
    const { clusterSize, entriesPerL2 } = header;
    const level = {
      format: "QCOW",
      offset: header.l1Offset,
      entries: header.l1Entries,
      readEntry: readU64,
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
    const disk = new ClusterDisk(source, {
      format: "qcow",
      virtualSizeBytes: roundUpToSector(header.sizeBytes),
      warnings: sizeWarnings(header.sizeBytes),
      details: { version: 1, clusterSizeBytes: clusterSize, entriesPerL2Table: entriesPerL2 },
      codec: { clusterSize, inflate: (compressed) => inflateCluster(compressed, { compression: "zlib", clusterSize }) },
      runs: (range, readOptions) => map.runs(range, readOptions),
    });
    return overBacking(disk, { isNeeded: header.hasBackingFile, format: undefined, given: parent }, options);
  });
}
