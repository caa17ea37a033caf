import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { hasText } from "../detect/probe.ts";
import { corruptVhdx } from "./corrupt-vhdx.ts";
import { readGuid } from "./guid.ts";
import { readParentLocator } from "./read-parent-locator.ts";
import type { ParentLocator } from "./read-parent-locator.ts";
import type { Region } from "./read-region-table.ts";
import { isBlockSize, itemGuids, MAX_VHDX_BYTES, METADATA_TABLE_BYTES, MIB } from "./vhdx-structures.ts";

const MAX_ENTRIES = 2047;
const ENTRY_BYTES = 32;
const MAX_ITEM_BYTES = MIB;
const FLAG_USER = 1;
const FLAG_REQUIRED = 4;

/** What the metadata says of the disk. */
export interface VhdxMetadata {
  readonly blockBytes: number;
  /** All blocks are in the file and stay there. */
  readonly isFixed: boolean;
  readonly sizeBytes: number;
  /** Sectors that the guest counts the disk in: 512 or 4096 bytes. */
  readonly logicalSectorBytes: number;
  readonly physicalSectorBytes: number;
  /** The id of the disk that the guest sees. */
  readonly diskId: string;
  /** Of differencing disks. */
  readonly parent: ParentLocator | undefined;
}

/** Where an item is in the metadata region. */
interface Item {
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads the metadata table and the items that every reader must know.
 *
 * Memory  the table (64 KiB) and one item (1 MiB at most)
 * Throws  disk.corrupt, disk.unsupported (an unknown item that is required), disk.limit (over 64 TiB)
 * Source  [MS-VHDX] 2.6
 */
export async function readMetadata(source: ByteSource, region: Region, options?: ReadOptions): Promise<VhdxMetadata> {
  const table = Buffer.from(await source.read(region.offset, METADATA_TABLE_BYTES, options));
  const items = parseTable(table, region);
  const readItem = async (name: keyof typeof itemGuids, bytes?: number): Promise<Buffer> => {
    const item = items.get(itemGuids[name]);
    if (item === undefined || (bytes !== undefined && item.length < bytes)) {
      throw corruptVhdx(`its metadata item ${name} is missing or too short`);
    }
    return Buffer.from(await source.read(region.offset + item.offset, item.length, options));
  };
  const parameters = await readItem("fileParameters", 8);
  const flags = parameters.readUInt32LE(4);
  const facts = checkSizes({
    blockBytes: parameters.readUInt32LE(0),
    sizeBytes: readU64Le(viewOf(await readItem("virtualDiskSize", 8)), 0),
    logicalSectorBytes: (await readItem("logicalSectorSize", 4)).readUInt32LE(0),
    physicalSectorBytes: (await readItem("physicalSectorSize", 4)).readUInt32LE(0),
  });
  return {
    ...facts,
    isFixed: (flags & 1) !== 0,
    diskId: readGuid(await readItem("page83", 16), 0),
    parent: (flags & 2) === 0 ? undefined : readParentLocator(await readItem("parentLocator")),
  };
}

function parseTable(table: Buffer, region: Region): Map<string, Item> {
  const count = table.readUInt16LE(10);
  if (!hasText(table, 0, "metadata") || count > MAX_ENTRIES) {
    throw corruptVhdx(`its metadata table at ${region.offset} begins wrong or has ${count} entries of at most ${MAX_ENTRIES}`);
  }
  const known: readonly string[] = Object.values(itemGuids);
  const items = new Map<string, Item>();
  for (let index = 0; index < count; index += 1) {
    const entry = table.subarray(32 + index * ENTRY_BYTES, 32 + (index + 1) * ENTRY_BYTES);
    const guid = readGuid(entry, 0);
    const item = { offset: entry.readUInt32LE(16), length: entry.readUInt32LE(20) };
    const flags = entry.readUInt32LE(24);
    const isKnown = known.includes(guid) && (flags & FLAG_USER) === 0;
    if (!isKnown && (flags & FLAG_REQUIRED) !== 0) {
      throw new DiskError("disk.unsupported", `The VHDX has the metadata item ${guid}, which is unknown here and required to read it.`, {
        remedy: "Convert the disk where it was made.",
      });
    }
    if (isKnown) {
      checkItem(item, guid, region);
      if (items.has(guid)) {
        throw corruptVhdx(`its metadata table names the item ${guid} twice`);
      }
      items.set(guid, item);
    }
  }
  return items;
}

function checkItem({ offset, length }: Item, guid: string, region: Region): void {
  if (offset < METADATA_TABLE_BYTES || offset + length > region.length || length > MAX_ITEM_BYTES) {
    throw corruptVhdx(`its metadata item ${guid} has ${length} bytes at ${offset} of a region of ${region.length}`);
  }
}

type Sizes = Pick<VhdxMetadata, "blockBytes" | "sizeBytes" | "logicalSectorBytes" | "physicalSectorBytes">;

function checkSizes(sizes: Sizes): Sizes {
  const { blockBytes, sizeBytes, logicalSectorBytes, physicalSectorBytes } = sizes;
  if (!isBlockSize(blockBytes)) {
    throw corruptVhdx(`its block size is ${blockBytes}, and must be a power of two from 1 to 256 MiB`);
  }
  if (![512, 4096].includes(logicalSectorBytes) || ![512, 4096].includes(physicalSectorBytes)) {
    throw corruptVhdx(`its sectors have ${logicalSectorBytes} and ${physicalSectorBytes} bytes, and must have 512 or 4096`);
  }
  if (sizeBytes > MAX_VHDX_BYTES) {
    throw new DiskError("disk.limit", `The VHDX claims ${sizeBytes} bytes; the format ends at 64 TiB.`, {
      remedy: "Check that the file is whole.",
    });
  }
  if (sizeBytes === 0 || sizeBytes % logicalSectorBytes !== 0) {
    throw corruptVhdx(`its disk has ${sizeBytes} bytes, which is not one or more sectors of ${logicalSectorBytes}`);
  }
  return sizes;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
