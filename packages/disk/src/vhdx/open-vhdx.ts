import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { checkVirtualSize, refuseEmptyFile } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { BlockDisk } from "../mapped/block-disk.ts";
import { refuseUnusedParent } from "../mapped/refuse-unused-parent.ts";
import { readHeader } from "./read-header.ts";
import type { VhdxHeader } from "./read-header.ts";
import { readMetadata } from "./read-metadata.ts";
import type { VhdxMetadata } from "./read-metadata.ts";
import { readRegionTable } from "./read-region-table.ts";
import { replayLog } from "./replay-log.ts";
import { VhdxMap } from "./vhdx-map.ts";

export interface OpenVhdxOptions extends ReadOptions, VirtualSizeLimit {
  /** The disk that a differencing one was made over, opened from a file that the caller names. Taken over and closed with the disk. */
  readonly parent?: VirtualDisk | undefined;
}

/**
 * Opens a VHDX: fixed, dynamic, or differencing with its parent given; a log that was not played out is replayed in memory. Source and parent
 * are closed with the disk, and also when opening fails. No file is opened by the names that stand in the image, and the file is not changed.
 * `details.dataWriteGuid` is the id by which a child names it.
 *
 * Memory  4 MiB of the block table, 4 MiB of bitmaps, what the log writes (at most 32 MiB)
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (version, region or item that is required and unknown),
 *         disk.unsafe (differencing and no parent, or not its parent)
 * Source  [MS-VHDX]
 */
export async function openVhdx(source: ByteSource, options: OpenVhdxOptions = {}): Promise<VirtualDisk> {
  const owned = new AsyncDisposableStack();
  owned.use(source);
  owned.use(options.parent);
  return closeOnFailure(owned, async () => {
    refuseEmptyFile(source.lengthBytes);
    const header = await readHeader(source, options);
    const file = await replayLog(source, header, options);
    const regions = await readRegionTable(file.source, header, options);
    const metadata = await readMetadata(file.source, regions.metadata, options);
    checkVirtualSize(metadata.sizeBytes, options);
    const parent = checkParent(metadata, options.parent);
    return new BlockDisk({
      format: "vhdx",
      virtualSizeBytes: metadata.sizeBytes,
      sectorSizeBytes: metadata.logicalSectorBytes,
      warnings: warningsOf(file.replayedEntries),
      details: detailsOf(header, metadata, file.replayedEntries),
      source: file.source,
      map: new VhdxMap(file.source, metadata, regions),
      parent,
      owned,
    });
  });
}

function checkParent(metadata: VhdxMetadata, parent: VirtualDisk | undefined): VirtualDisk | undefined {
  if (metadata.parent === undefined) {
    refuseUnusedParent(parent);
    return undefined;
  }
  const { linkages, parentName } = metadata.parent;
  const wanted = `"${parentName}" (data_write_guid ${linkages.join(" or ")})`;
  if (parent === undefined) {
    throw new DiskError("disk.unsafe", `The VHDX is a differencing disk: it holds only what was changed over its parent ${wanted}.`, {
      remedy: "Give the parent's file too, or merge the two where they were made.",
    });
  }
  const given = parent.format === "vhdx" ? parent.details["dataWriteGuid"] : undefined;
  if (typeof given !== "string" || !linkages.includes(given)) {
    const what = given === undefined ? `a ${parent.format} disk` : `the VHDX ${given}`;
    throw new DiskError("disk.unsafe", `The VHDX was made over its parent ${wanted}, and ${what} was given as parent.`, {
      remedy: "Give the file over which this one was made; if it was written to since, the child is of no use any more.",
    });
  }
  if (parent.sectorSizeBytes !== metadata.logicalSectorBytes) {
    const message = `The VHDX has sectors of ${metadata.logicalSectorBytes} bytes, and its parent of ${parent.sectorSizeBytes}.`;
    throw new DiskError("disk.corrupt", message, { remedy: "Give the file over which this one was made." });
  }
  return parent;
}

function warningsOf(replayedEntries: number): readonly DiskWarning[] {
  if (replayedEntries === 0) {
    return [];
  }
  const message = `The disk was not closed cleanly; ${replayedEntries} entries of its log were replayed in memory, the file is as it was.`;
  return [{ code: "vhdx.logReplayed", message }];
}

function detailsOf(header: VhdxHeader, metadata: VhdxMetadata, replayedLogEntries: number): VirtualDisk["details"] {
  const { parent } = metadata;
  const type = parent !== undefined ? "differencing" : metadata.isFixed ? "fixed" : "dynamic";
  return {
    type,
    blockSizeBytes: metadata.blockBytes,
    logicalSectorBytes: metadata.logicalSectorBytes,
    physicalSectorBytes: metadata.physicalSectorBytes,
    uniqueId: metadata.diskId,
    dataWriteGuid: header.dataWriteGuid,
    replayedLogEntries,
    ...(parent === undefined ? {} : { parentDataWriteGuid: parent.linkages.join(" "), parentName: parent.parentName }),
  };
}
