import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import { roundUpToSector, SECTOR_BYTES, sizeWarnings } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { ClusterMarks } from "../mapped/cluster-marks.ts";
import { TableMap } from "../mapped/table-map.ts";
import { BlockDisk } from "../mapped/block-disk.ts";
import { refuseUnusedParent } from "../mapped/refuse-unused-parent.ts";
import { decodeVdiEntries } from "./decode-vdi-entries.ts";
import { parseVdiHeader } from "./parse-vdi-header.ts";
import { VDI_HEADER_BYTES } from "./vdi-header.ts";
import type { VdiHeader } from "./vdi-header.ts";

export interface OpenVdiOptions extends ReadOptions, VirtualSizeLimit {
  /** The disk that a differencing one was made over, opened from a file that the caller names. Taken over and closed with the disk. */
  readonly parent?: VirtualDisk | undefined;
}

/**
 * Opens a VDI image: dynamic, fixed, or differencing with its parent given. The map is read once whole while opening, to refuse blocks that
 * are used twice. Source and parent are closed with the disk, and also when opening fails. `details.uuid` is the id by which a child names it.
 *
 * Memory  8 MiB of the map; one bit for each block of the file while opening
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (version, type, sector size),
 *         disk.unsafe (differencing and no parent, or not its parent)
 * Source  VirtualBox VDICore.h; QEMU block/vdi.c
 */
export async function openVdi(source: ByteSource, options: OpenVdiOptions = {}): Promise<VirtualDisk> {
  const owned = new AsyncDisposableStack();
  owned.use(source);
  owned.use(options.parent);
  return closeOnFailure(owned, async () => {
    const fileBytes = source.lengthBytes;
    const head = await source.read(0, Math.min(VDI_HEADER_BYTES, fileBytes), options);
    const header = parseVdiHeader(head, { fileBytes, maxVirtualSizeBytes: options.maxVirtualSizeBytes });
    checkParent(header, options.parent);
    const virtualSizeBytes = roundUpToSector(header.sizeBytes);
    const map = new TableMap(source, Float64Array.of(header.mapOffset), {
      clusterSize: header.blockBytes,
      entriesPerTable: header.blocks,
      entryBytes: 4,
      decode: (page, runs) => decodeVdiEntries(page, { header, fileBytes }, runs),
    });
    const usedBlocks = await countUsedBlocks(map, header, options);
    return new BlockDisk({
      format: "vdi",
      source,
      owned,
      map,
      parent: options.parent,
      virtualSizeBytes,
      sectorSizeBytes: SECTOR_BYTES,
      warnings: [...sizeWarnings(header.sizeBytes), ...unusedBlockWarnings(header.storedBlocks, usedBlocks)],
      details: detailsOf(header),
    });
  });
}

/** Walks the whole map. Throws disk.corrupt when two entries share a block; what the decoder throws. */
async function countUsedBlocks(map: TableMap, header: VdiHeader, options: ReadOptions): Promise<number> {
  const { blockBytes, dataOffset, storedBlocks, sizeBytes } = header;
  const marks = new ClusterMarks({
    format: "VDI",
    clusterSize: blockBytes,
    origin: dataOffset,
    end: dataOffset + storedBlocks * blockBytes,
  });
  for await (const runs of map.runs({ from: 0, to: sizeBytes }, options)) {
    for (const run of runs) {
      if (run.kind === "data") {
        marks.mark(run.hostOffset, run.length);
      }
    }
  }
  return marks.marked;
}

function checkParent({ parent: wanted, type }: VdiHeader, given: VirtualDisk | undefined): void {
  if (wanted === undefined) {
    refuseUnusedParent(given);
    return;
  }
  if (given === undefined) {
    throw new DiskError("disk.unsafe", `The VDI image is of type ${type}: it holds only what was changed over its parent ${wanted.uuid}.`, {
      remedy: "Give the parent's file too, or merge the two where they were made (VBoxManage clonemedium).",
    });
  }
  const { uuid, modificationUuid } = given.details;
  if (given.format !== "vdi" || uuid !== wanted.uuid) {
    const what = given.format === "vdi" ? `the VDI image ${String(uuid)}` : `a ${given.format} disk`;
    throw new DiskError("disk.unsafe", `The VDI image was made over its parent ${wanted.uuid}, and ${what} was given as parent.`, {
      remedy: "Give the file over which this one was made.",
    });
  }
  if (modificationUuid !== wanted.modificationUuid) {
    throw new DiskError("disk.unsafe", `The parent ${wanted.uuid} of the VDI image was written to after the image was made over it.`, {
      remedy: "Give the parent as it was then; over the changed one the content would be a mixture.",
    });
  }
}

function unusedBlockWarnings(storedBlocks: number, usedBlocks: number): readonly DiskWarning[] {
  const unused = storedBlocks - usedBlocks;
  return unused === 0 ? [] : [{ code: "vdi.unusedBlocks", message: `The file holds ${unused} blocks that the disk does not use.` }];
}

function detailsOf(header: VdiHeader): VirtualDisk["details"] {
  const { type, creator, blockBytes, storedBlocks, uuid, modificationUuid, parent } = header;
  return {
    type,
    creator,
    blockSizeBytes: blockBytes,
    storedBlocks,
    uuid,
    modificationUuid,
    ...(parent === undefined ? {} : { parentUuid: parent.uuid }),
  };
}
