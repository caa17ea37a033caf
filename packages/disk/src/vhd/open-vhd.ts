import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import { roundUpToSector, SECTOR_BYTES } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { checkVirtualSize, refuseEmptyFile } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { BlockDisk } from "../mapped/block-disk.ts";
import type { BlockDiskParts } from "../mapped/block-disk.ts";
import { chooseFooter } from "./choose-footer.ts";
import type { ChosenFooter } from "./choose-footer.ts";
import { DynamicMap } from "./dynamic-map.ts";
import { FixedMap } from "./fixed-map.ts";
import { geometryBytes } from "./geometry.ts";
import { readDynamicHeader } from "./read-dynamic-header.ts";
import type { DynamicHeader } from "./read-dynamic-header.ts";
import { readBlockTable } from "./read-block-table.ts";
import { refuseUnusedParent } from "../mapped/refuse-unused-parent.ts";
import { virtualSizeOf } from "./virtual-size-of.ts";

export interface OpenVhdOptions extends ReadOptions, VirtualSizeLimit {
  /** The disk that a differencing one was made over, opened from a file that the caller names. Taken over and closed with the disk. */
  readonly parent?: VirtualDisk | undefined;
}

/**
 * Opens a VHD: fixed, dynamic, or differencing with its parent given. Source and parent are closed with the disk, and also when opening fails.
 * No file is opened by the names that stand in the image. `details.uniqueId` is the id by which a child names it.
 *
 * Memory  the block table (at most 16 MiB, twice that while opening), 4 MiB of bitmaps
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (version, type), disk.ambiguous (a fixed disk that begins like a dynamic one),
 *         disk.unsafe (differencing and no parent, or not its parent)
 * Source  Virtual Hard Disk Image Format Specification 1.0
 */
export async function openVhd(source: ByteSource, options: OpenVhdOptions = {}): Promise<VirtualDisk> {
  const owned = new AsyncDisposableStack();
  owned.use(source);
  owned.use(options.parent);
  return closeOnFailure(owned, async () => {
    refuseEmptyFile(source.lengthBytes);
    const chosen = await chooseFooter(source, options);
    const size = virtualSizeOf(chosen.footer, chosen.bodyBytes);
    checkVirtualSize(size.sizeBytes, options);
    const virtualSizeBytes = roundUpToSector(size.sizeBytes);
    const content = await openContent(source, { chosen, sizeBytes: virtualSizeBytes }, options);
    return new BlockDisk({
      format: "vhd",
      virtualSizeBytes,
      sectorSizeBytes: SECTOR_BYTES,
      warnings: [...chosen.warnings, ...size.warnings],
      source,
      owned,
      ...content,
    });
  });
}

/** What differs between the three types. */
type Content = Pick<BlockDiskParts, "map" | "parent" | "details">;

async function openContent(
  source: ByteSource,
  { chosen, sizeBytes }: { readonly chosen: ChosenFooter; readonly sizeBytes: number },
  options: OpenVhdOptions,
): Promise<Content> {
  const { footer } = chosen;
  const details = {
    type: footer.type,
    creator: footer.creator,
    uniqueId: footer.uniqueId,
    currentSizeBytes: footer.currentSizeBytes,
    chsSizeBytes: geometryBytes(footer.geometry),
  };
  if (footer.type === "fixed") {
    refuseUnusedParent(options.parent);
    return { map: new FixedMap(source), parent: undefined, details };
  }
  const header = await readDynamicHeader(source, footer.dataOffset, options);
  const table = await readBlockTable(source, header, sizeBytes, options);
  const blockDetails = { ...details, blockSizeBytes: header.blockBytes };
  if (footer.type === "dynamic") {
    refuseUnusedParent(options.parent);
    return { map: new DynamicMap(source, table, { isDifferencing: false }), parent: undefined, details: blockDetails };
  }
  const parent = requireParent(options.parent, header);
  const { parentUniqueId, parentName } = header;
  const map = new DynamicMap(source, table, { isDifferencing: true });
  return { map, parent, details: { ...blockDetails, parentUniqueId, parentName } };
}

function requireParent(parent: VirtualDisk | undefined, header: DynamicHeader): VirtualDisk {
  const wanted = `"${header.parentName}" (id ${header.parentUniqueId})`;
  if (parent === undefined) {
    throw new DiskError("disk.unsafe", `The VHD is a differencing disk: it holds only what was changed over its parent ${wanted}.`, {
      remedy: "Give the parent's file too, or merge the two where they were made.",
    });
  }
  const given = parent.format === "vhd" ? parent.details["uniqueId"] : undefined;
  if (given !== header.parentUniqueId) {
    const what = given === undefined ? `a ${parent.format} disk` : `the VHD ${given}`;
    throw new DiskError("disk.unsafe", `The VHD was made over its parent ${wanted}, and ${what} was given as parent.`, {
      remedy: "Give the file over which this one was made.",
    });
  }
  return parent;
}
