import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { ClusterMap } from "./cluster-map.ts";
import { readHeaderExtensions } from "./header-extensions.ts";
import { parseHeader } from "./parse-header.ts";
import { Qcow2Disk } from "./qcow2-disk.ts";

/** Bytes that hold every field of the header. */
const HEADER_FIELDS_BYTES = 112;

export interface OpenQcow2Options extends ReadOptions, VirtualSizeLimit {}

/**
 * Opens the active state of a qcow2 image, version 2 or 3: stored, compressed (zlib, zstd) and zero clusters, subclusters.
 * The source is closed with the disk, and also when opening fails.
 *
 * Memory  the L1 table (at most 32 MiB), 8 MiB of L2 tables, 4 MiB of decompressed clusters, and what reads in flight need (`ClusterReader`)
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (version or feature), disk.unsafe (backing file, external data file,
 *         encryption)
 * Source  QEMU docs/interop/qcow2
 */
export async function openQcow2(source: ByteSource, options: OpenQcow2Options = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    const head = await source.read(0, Math.min(HEADER_FIELDS_BYTES, source.lengthBytes), options);
    const header = parseHeader(head, { fileBytes: source.lengthBytes, maxVirtualSizeBytes: options.maxVirtualSizeBytes });
    const headCluster = await source.read(0, Math.min(header.clusterSize, source.lengthBytes), options);
    const extensions = readHeaderExtensions(headCluster, header);
    const map = await ClusterMap.load(source, header, options);
    return new Qcow2Disk(source, { header, extensions, map });
  });
}
