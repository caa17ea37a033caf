import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { roundUpToSector } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { ClusterDisk } from "../mapped/cluster-disk.ts";
import { overBacking } from "../mapped/over-backing.ts";
import { qcow2Details, qcow2Warnings } from "./describe-qcow2.ts";
import { readHeaderExtensions } from "./header-extensions.ts";
import { inflateCluster } from "./inflate-cluster.ts";
import { loadQcow2Map } from "./load-qcow2-map.ts";
import { parseHeader } from "./parse-header.ts";

/** Bytes that hold every field of the header. */
const HEADER_FIELDS_BYTES = 112;

export interface OpenQcow2Options extends ReadOptions, VirtualSizeLimit {
  /** The backing file, opened by the caller. Taken over and closed with the disk. */
  readonly parent?: VirtualDisk | undefined;
}

/**
 * Opens the active state of a qcow2 image, version 2 or 3: stored, compressed (zlib, zstd) and zero clusters, subclusters;
 * what it does not hold is read from the backing file, which is given. Both are closed with the disk, and also when opening fails.
 *
 * Memory  the L1 table (at most 32 MiB), 8 MiB of L2 tables, 4 MiB of decompressed clusters, and what reads in flight need (`ClusterReader`);
 *         over a backing file as `overlayDisk`
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (version or feature), disk.unsafe (a backing file that was not
 *         given, external data file, encryption)
 * Source  QEMU docs/interop/qcow2
 */
export async function openQcow2(source: ByteSource, options: OpenQcow2Options = {}): Promise<VirtualDisk> {
  const { parent } = options;
  const owned = new AsyncDisposableStack();
  owned.use(source);
  owned.use(parent);
  return closeOnFailure(owned, async () => {
    const bounds = {
      fileBytes: source.lengthBytes,
      maxVirtualSizeBytes: options.maxVirtualSizeBytes,
      backingIsGiven: parent !== undefined,
    };
    const head = await source.read(0, Math.min(HEADER_FIELDS_BYTES, source.lengthBytes), options);
    const header = parseHeader(head, bounds);
    const headCluster = await source.read(0, Math.min(header.clusterSize, source.lengthBytes), options);
    const extensions = readHeaderExtensions(headCluster, header);
    const map = await loadQcow2Map(source, header, options);
    const disk = new ClusterDisk(source, {
      format: "qcow2",
      virtualSizeBytes: roundUpToSector(header.sizeBytes),
      warnings: qcow2Warnings(header),
      details: qcow2Details(header, extensions),
      codec: { clusterSize: header.clusterSize, inflate: (compressed) => inflateCluster(compressed, header) },
      runs: (range, readOptions) => map.runs(range, readOptions),
    });
    return overBacking(disk, { isNeeded: header.hasBackingFile, format: extensions.backingFormat, given: parent }, options);
  });
}
