import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { ClusterMarks } from "../mapped/cluster-marks.ts";
import { overBacking } from "../mapped/over-backing.ts";
import type { TableMap } from "../mapped/table-map.ts";
import { BlockDisk } from "../mapped/block-disk.ts";
import { loadQedMap } from "./load-qed-map.ts";
import { parseQedHeader } from "./parse-qed-header.ts";
import { QED_HEADER_BYTES } from "./qed-header.ts";
import type { QedHeader } from "./qed-header.ts";

export interface OpenQedOptions extends ReadOptions, VirtualSizeLimit {
  /** The backing file, opened by the caller. Taken over and closed with the disk. */
  readonly parent?: VirtualDisk | undefined;
}

/**
 * Opens a QED image. One that was not closed cleanly is read only when every cluster it names is in the file and named once; that takes
 * reading all of its tables. What it does not hold is read from the backing file, which is given. Both are closed with the disk, and also when
 * opening fails.
 *
 * Memory  the L1 table (512 KiB for 64 TiB), 8 MiB of L2 tables; for an unclean image one bit for each cluster of the file while opening;
 *         over a backing file as `overlayDisk`
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (unknown feature), disk.unsafe (a backing file that was not given)
 * Source  QEMU docs/interop/qed_spec
 */
export async function openQed(source: ByteSource, options: OpenQedOptions = {}): Promise<VirtualDisk> {
  const { parent, maxVirtualSizeBytes } = options;
  const owned = new AsyncDisposableStack();
  owned.use(source);
  owned.use(parent);
  return closeOnFailure(owned, async () => {
    const fileBytes = source.lengthBytes;
    const head = await source.read(0, Math.min(QED_HEADER_BYTES, fileBytes), options);
    const header = parseQedHeader(head, { fileBytes, maxVirtualSizeBytes, backingIsGiven: parent !== undefined });
    const { clusterSize, tableBytes, sizeBytes } = header;
    const { map, tables } = await loadQedMap(source, header, options);
    if (header.needsCheck) {
      await refuseDoubleUse({ header, tables, map, fileBytes }, options);
    }
    const disk = new BlockDisk({
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
    return overBacking(disk, { isNeeded: header.hasBackingFile, format: header.isOverRaw ? "raw" : undefined, given: parent }, options);
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
