import { DiskError } from "../core/disk-error.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { checkVirtualSize } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { cutOff, damaged } from "../mapped/mapping-errors.ts";
import { VDI_HEADER_BYTES, VDI_SIGNATURE, VDI_VERSION, vdiLimits } from "./vdi-header.ts";
import type { VdiHeader, VdiType } from "./vdi-header.ts";
import { readVdiUuid } from "./vdi-uuid.ts";

/** What surrounds a header and bounds what it may say. */
export interface VdiBounds extends VirtualSizeLimit {
  /** Length of the whole file in bytes. */
  readonly fileBytes: number;
}

const types: ReadonlyMap<number, VdiType> = new Map([
  [1, "dynamic"],
  [2, "fixed"],
  [3, "undo"],
  [4, "differencing"],
]);

const NO_UUID = "00000000-0000-0000-0000-000000000000";

/**
 * Reads a VDI header and refuses what contradicts itself or the file.
 *
 * Shape   `head` holds the file's first 512 bytes, or the whole file when it is shorter
 * Throws  disk.truncated, disk.corrupt, disk.limit, disk.unsupported (version, type, sector size, bytes beside blocks)
 * Source  VirtualBox VDICore.h, VDIPREHEADER and VDIHEADER1; QEMU block/vdi.c
 */
export function parseVdiHeader(head: Uint8Array, bounds: VdiBounds): VdiHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.byteLength < VDI_HEADER_BYTES) {
    throw cutOff(`The VDI header takes ${VDI_HEADER_BYTES} bytes`, bounds.fileBytes);
  }
  if (view.getUint32(64, true) !== VDI_SIGNATURE) {
    throw damaged("The VDI header is damaged: the signature at 64 is missing");
  }
  const type = parseType(view);
  const [creator = ""] = Buffer.from(head.subarray(0, 64))
    .toString("latin1")
    .split(/[\0\r\n]/);
  return {
    type,
    creator: creator.replace(/[^ -~]/g, "?"),
    ...parseBlocks(view, bounds),
    uuid: readVdiUuid(head.subarray(392, 408)),
    modificationUuid: readVdiUuid(head.subarray(408, 424)),
    parent: parseParent(head, type),
  };
}

function parseType(view: DataView): VdiType {
  const version = view.getUint32(68, true);
  if (version !== VDI_VERSION) {
    throw unsupported(`version at 68 is 0x${version.toString(16)}, and 0x${VDI_VERSION.toString(16)} is supported`);
  }
  const number = view.getUint32(76, true);
  const type = types.get(number);
  if (type === undefined) {
    throw unsupported(`image type at 76 is ${number}, and 1 to 4 are known`);
  }
  const sectorBytes = view.getUint32(360, true);
  if (sectorBytes !== SECTOR_BYTES) {
    throw unsupported(`sector size at 360 is ${sectorBytes}, and ${SECTOR_BYTES} is supported`);
  }
  const extraBytes = view.getUint32(380, true);
  if (extraBytes !== 0) {
    throw unsupported(`block_extra at 380 is ${extraBytes}: blocks carry bytes of their own, which are unknown here`);
  }
  return type;
}

type Blocks = Pick<VdiHeader, "mapOffset" | "dataOffset" | "blockBytes" | "blocks" | "storedBlocks" | "sizeBytes">;

function parseBlocks(view: DataView, bounds: VdiBounds): Blocks {
  const { minBlockBytes, maxBlockBytes } = vdiLimits;
  const blockBytes = view.getUint32(376, true);
  if (blockBytes < minBlockBytes || blockBytes > maxBlockBytes || (blockBytes & (blockBytes - 1)) !== 0) {
    throw damaged(
      `The VDI header is damaged: block_size at 376 is ${blockBytes}, and must be a power of two from ${minBlockBytes} to ${maxBlockBytes}`,
    );
  }
  const sizeBytes = readU64Le(view, 368);
  checkVirtualSize(sizeBytes, bounds);
  const blocks = view.getUint32(384, true);
  if (blocks > vdiLimits.blocks) {
    throw new DiskError("disk.limit", `The VDI image has ${blocks} blocks; at most ${vdiLimits.blocks} are accepted.`, {
      remedy: "Convert it to qcow2 with the program that made it.",
    });
  }
  if (sizeBytes === 0 || sizeBytes > blocks * blockBytes) {
    throw damaged(
      `The VDI header is damaged: disk_size at 368 is ${sizeBytes}, and ${blocks} blocks of ${blockBytes} bytes hold ${blocks * blockBytes}`,
    );
  }
  const storedBlocks = view.getUint32(388, true);
  if (storedBlocks > blocks) {
    throw damaged(`The VDI header is damaged: blocks_allocated at 388 is ${storedBlocks}, and there are ${blocks} blocks`);
  }
  return { blockBytes, sizeBytes, blocks, storedBlocks, ...parsePlaces(view, blocks * 4, bounds.fileBytes) };
}

function parsePlaces(view: DataView, mapBytes: number, fileBytes: number): Pick<VdiHeader, "mapOffset" | "dataOffset"> {
  const mapOffset = view.getUint32(340, true);
  const dataOffset = view.getUint32(344, true);
  if (mapOffset < VDI_HEADER_BYTES || dataOffset < mapOffset + mapBytes) {
    throw damaged(
      `The VDI header is damaged: the map of ${mapBytes} bytes at ${mapOffset} (offBlocks at 340) does not fit between header and data at ` +
        `${dataOffset} (offData at 344)`,
    );
  }
  if (mapOffset + mapBytes > fileBytes) {
    throw cutOff(`offBlocks at 340 of the VDI image names a map of ${mapBytes} bytes at ${mapOffset}`, fileBytes);
  }
  return { mapOffset, dataOffset };
}

/** A differencing or undo image has a parent; so has any other that names one. */
function parseParent(head: Uint8Array, type: VdiType): VdiHeader["parent"] {
  const uuid = readVdiUuid(head.subarray(424, 440));
  const hasParent = type === "differencing" || type === "undo" || uuid !== NO_UUID;
  return hasParent ? { uuid, modificationUuid: readVdiUuid(head.subarray(440, 456)) } : undefined;
}

function unsupported(what: string): DiskError {
  return new DiskError("disk.unsupported", `The VDI image cannot be read: ${what}.`, {
    remedy: "Convert it with VirtualBox (VBoxManage clonemedium), then use the result.",
  });
}
