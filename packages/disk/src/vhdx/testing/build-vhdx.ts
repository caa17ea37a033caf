import { crc32c } from "../../detect/crc32c.ts";
import { writeGuid } from "../guid.ts";
import { itemGuids, regionGuids, VHDX_PARENT_LOCATOR } from "../vhdx-structures.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** What one block of the guest's disk is to be. A block that is not named is not present. */
export type VhdxBlock =
  | { readonly state: 1 | 2 | 3 | 5 }
  /** Present; `bytes` are as long as a block. */
  | { readonly state: 6; readonly bytes: Uint8Array }
  /** Present in part; the bytes of sectors that are not stored must not be seen. */
  | { readonly state: 7; readonly bytes: Uint8Array; readonly isStored: (sector: number) => boolean };

/** An entry of a region or metadata table that is added to the usual ones. */
export interface ExtraEntry {
  readonly guid: string;
  readonly isRequired: boolean;
}

/** A VHDX to be built. Blocks stand in the file in the order of the map. */
export interface VhdxRecipe {
  readonly sizeBytes: number;
  readonly blocks?: ReadonlyMap<number, VhdxBlock>;
  readonly blockBytes?: number;
  readonly sectorBytes?: number;
  readonly isFixed?: boolean;
  readonly dataWriteGuid?: string;
  /** Makes a differencing disk. */
  readonly parentLinkage?: string;
  readonly parentKeys?: Readonly<Record<string, string>>;
  /** Sequence numbers of the two headers. */
  readonly sequences?: readonly [number, number];
  readonly logGuid?: string;
  readonly extraRegion?: ExtraEntry;
  readonly extraItem?: ExtraEntry;
}

/** A built image, and where its parts are, for tests that break one of them. */
export interface BuiltVhdx {
  readonly file: Buffer;
  readonly logOffset: number;
  readonly logBytes: number;
  readonly metadataOffset: number;
  readonly batOffset: number;
  /** Place in the file of a block's entry in the block table. */
  batEntryOffset(block: number): number;
  /** Where a block's bytes begin in the file, by number of the block. */
  readonly blockOffsets: ReadonlyMap<number, number>;
}

const LOG_OFFSET = MIB;
const METADATA_OFFSET = 2 * MIB;
const BAT_OFFSET = 3 * MIB;
const BLOCKS_OFFSET = 4 * MIB;
export const LOG_GUID = "10000000-0000-4000-8000-000000000001";
export const DATA_GUID = "20000000-0000-4000-8000-000000000002";

/** Builds a VHDX for tests, byte by byte, so that each odd case can be made that no tool would write. */
export function buildVhdx(recipe: VhdxRecipe): BuiltVhdx {
  const blockBytes = recipe.blockBytes ?? MIB;
  const sectorBytes = recipe.sectorBytes ?? 512;
  const ratio = (2 ** 23 * sectorBytes) / blockBytes;
  const batEntryOffset = (block: number): number => BAT_OFFSET + (block + Math.floor(block / ratio)) * 8;
  const stored = [...(recipe.blocks ?? [])].filter(([, block]) => block.state >= 6);
  const hasBitmaps = stored.some(([, { state }]) => state === 7);
  const bitmapOffset = BLOCKS_OFFSET + stored.length * blockBytes;
  const file = Buffer.alloc(bitmapOffset + (hasBitmaps ? MIB : 0));
  const blockOffsets = new Map<number, number>();
  let end = BLOCKS_OFFSET;
  for (const [number, block] of recipe.blocks ?? []) {
    const isStored = block.state === 6 || block.state === 7;
    file.writeBigUInt64LE(BigInt(block.state) + (isStored ? BigInt(end) : 0n), batEntryOffset(number));
    if (isStored) {
      file.set(block.bytes, end);
      blockOffsets.set(number, end);
      end += blockBytes;
    }
    if (block.state === 7) {
      writeBits(file.subarray(bitmapOffset + (number * blockBytes) / sectorBytes / 8), blockBytes / sectorBytes, block.isStored);
    }
  }
  if (hasBitmaps) {
    file.writeBigUInt64LE(6n + BigInt(bitmapOffset), BAT_OFFSET + ratio * 8);
  }
  writeHead(file, recipe);
  writeMetadata(file.subarray(METADATA_OFFSET, METADATA_OFFSET + MIB), { ...recipe, blockBytes, sectorBytes });
  const image = { file, logOffset: LOG_OFFSET, logBytes: MIB, metadataOffset: METADATA_OFFSET, batOffset: BAT_OFFSET };
  sealVhdx(image);
  return { ...image, batEntryOffset, blockOffsets };
}

/** Makes the sums right again after a test changed a header or region table. */
export function sealVhdx({ file }: { readonly file: Buffer }): void {
  for (const [offset, length] of [
    [64 * KIB, 4 * KIB],
    [128 * KIB, 4 * KIB],
    [192 * KIB, 64 * KIB],
    [256 * KIB, 64 * KIB],
  ] as const) {
    seal(file.subarray(offset, offset + length));
  }
}

/** What the guest must read, over a parent that reads as `beneath`. All bitmaps are in the first chunk. */
export function contentOfVhdx(recipe: VhdxRecipe, beneath: Uint8Array = Buffer.alloc(0)): Buffer {
  const blockBytes = recipe.blockBytes ?? MIB;
  const sectorBytes = recipe.sectorBytes ?? 512;
  const content = Buffer.alloc(Math.ceil(recipe.sizeBytes / blockBytes) * blockBytes);
  content.set(beneath.subarray(0, recipe.sizeBytes));
  for (const [number, block] of recipe.blocks ?? []) {
    const place = content.subarray(number * blockBytes, (number + 1) * blockBytes);
    if (!("bytes" in block)) {
      place.fill(0);
      continue;
    }
    for (let sector = 0; sector < blockBytes / sectorBytes; sector += 1) {
      if (block.state === 6 || block.isStored(sector)) {
        place.set(block.bytes.subarray(sector * sectorBytes, (sector + 1) * sectorBytes), sector * sectorBytes);
      }
    }
  }
  return content.subarray(0, recipe.sizeBytes);
}

function writeBits(target: Buffer, sectors: number, isStored: (sector: number) => boolean): void {
  for (let sector = 0; sector < sectors; sector += 1) {
    const at = Math.floor(sector / 8);
    target[at] = (target[at] ?? 0) | (isStored(sector) ? 1 << (sector % 8) : 0);
  }
}

function writeHead(file: Buffer, recipe: VhdxRecipe): void {
  file.write("vhdxfile", 0);
  for (const [index, offset] of [64 * KIB, 128 * KIB].entries()) {
    const header = file.subarray(offset, offset + 4096);
    header.write("head", 0);
    header.writeUInt32LE(recipe.sequences?.[index] ?? 5 + index, 8);
    writeGuid(header, 16, "30000000-0000-4000-8000-000000000003");
    writeGuid(header, 32, recipe.dataWriteGuid ?? DATA_GUID);
    if (recipe.logGuid !== undefined) {
      writeGuid(header, 48, recipe.logGuid);
    }
    header.writeUInt16LE(1, 66);
    header.writeUInt32LE(MIB, 68);
    header.writeBigUInt64LE(BigInt(LOG_OFFSET), 72);
  }
  for (const offset of [192 * KIB, 256 * KIB]) {
    const table = file.subarray(offset, offset + 64 * KIB);
    table.write("regi", 0);
    table.writeUInt32LE(recipe.extraRegion === undefined ? 2 : 3, 8);
    writeRegion(table.subarray(16), { guid: regionGuids.bat, offset: BAT_OFFSET, isRequired: true });
    writeRegion(table.subarray(48), { guid: regionGuids.metadata, offset: METADATA_OFFSET, isRequired: true });
    if (recipe.extraRegion !== undefined) {
      writeRegion(table.subarray(80), { ...recipe.extraRegion, offset: BLOCKS_OFFSET });
    }
  }
}

function writeRegion(entry: Buffer, region: ExtraEntry & { readonly offset: number }): void {
  writeGuid(entry, 0, region.guid);
  entry.writeBigUInt64LE(BigInt(region.offset), 16);
  entry.writeUInt32LE(MIB, 24);
  entry.writeUInt32LE(region.isRequired ? 1 : 0, 28);
}

function writeMetadata(region: Buffer, recipe: VhdxRecipe & { blockBytes: number; sectorBytes: number }): void {
  const isChild = recipe.parentLinkage !== undefined;
  const parameters = Buffer.alloc(8);
  parameters.writeUInt32LE(recipe.blockBytes, 0);
  parameters.writeUInt32LE((recipe.isFixed === true ? 1 : 0) + (isChild ? 2 : 0), 4);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(recipe.sizeBytes));
  const sectors = Buffer.alloc(4);
  sectors.writeUInt32LE(recipe.sectorBytes);
  const items: { guid: string; bytes: Uint8Array; flags: number }[] = [
    { guid: itemGuids.fileParameters, bytes: parameters, flags: 4 },
    { guid: itemGuids.virtualDiskSize, bytes: size, flags: 6 },
    { guid: itemGuids.page83, bytes: Buffer.alloc(16, 0x83), flags: 6 },
    { guid: itemGuids.logicalSectorSize, bytes: sectors, flags: 6 },
    { guid: itemGuids.physicalSectorSize, bytes: sectors, flags: 6 },
  ];
  if (isChild) {
    items.push({
      guid: itemGuids.parentLocator,
      bytes: buildLocator({ parent_linkage: `{${recipe.parentLinkage}}`, ...recipe.parentKeys }),
      flags: 4,
    });
  }
  if (recipe.extraItem !== undefined) {
    items.push({ guid: recipe.extraItem.guid, bytes: Buffer.alloc(8), flags: recipe.extraItem.isRequired ? 4 : 0 });
  }
  region.write("metadata", 0);
  region.writeUInt16LE(items.length, 10);
  let end = 64 * KIB;
  for (const [index, { guid, bytes, flags }] of items.entries()) {
    const entry = region.subarray(32 + index * 32);
    writeGuid(entry, 0, guid);
    entry.writeUInt32LE(end, 16);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt32LE(flags, 24);
    region.set(bytes, end);
    end += Math.ceil(bytes.length / 8) * 8;
  }
}

function buildLocator(pairs: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(pairs);
  const item = Buffer.alloc(4096);
  writeGuid(item, 0, VHDX_PARENT_LOCATOR);
  item.writeUInt16LE(entries.length, 18);
  let end = 20 + entries.length * 12;
  for (const [index, texts] of entries.entries()) {
    for (const [side, text] of texts.entries()) {
      item.writeUInt32LE(end, 20 + index * 12 + side * 4);
      item.writeUInt16LE(text.length * 2, 28 + index * 12 + side * 2);
      end += item.write(text, end, "utf16le");
    }
  }
  return item.subarray(0, end);
}

function seal(bytes: Buffer): void {
  bytes.writeUInt32LE(0, 4);
  bytes.writeUInt32LE(crc32c(bytes), 4);
}

/** An entry of the log to be built. A write without `bytes` writes zeros. */
export interface LogRecipe {
  readonly sequence: number;
  /** Sector of the log where the oldest entry of the sequence begins. */
  readonly tail: number;
  readonly flushedFileBytes: number;
  readonly lastFileBytes: number;
  readonly guid?: string;
  /** Whole sectors of 4 KiB. */
  readonly writes: readonly { readonly offset: number; readonly bytes?: Uint8Array; readonly zeroBytes?: number }[];
}

/** Builds one entry of the log, whole sectors. */
export function buildLogEntry(recipe: LogRecipe): Buffer {
  const sectors = Math.ceil((64 + recipe.writes.length * 32) / 4096);
  const head = Buffer.alloc(sectors * 4096);
  const data: Buffer[] = [];
  const sequence = BigInt(recipe.sequence);
  for (const [index, { offset, bytes, zeroBytes = 0 }] of recipe.writes.entries()) {
    const descriptor = head.subarray(64 + index * 32);
    descriptor.write(bytes === undefined ? "zero" : "desc", 0);
    descriptor.writeBigUInt64LE(BigInt(zeroBytes), 8);
    descriptor.writeBigUInt64LE(BigInt(offset), 16);
    descriptor.writeBigUInt64LE(sequence, 24);
    if (bytes !== undefined) {
      const sector = Buffer.from(bytes);
      sector.copy(descriptor, 4, 4092, 4096);
      sector.copy(descriptor, 8, 0, 8);
      sector.write("data", 0);
      sector.writeUInt32LE(Number(sequence >> 32n), 4);
      sector.writeUInt32LE(Number(sequence & 0xffff_ffffn), 4092);
      data.push(sector);
    }
  }
  head.write("loge", 0);
  head.writeUInt32LE(head.length + data.length * 4096, 8);
  head.writeUInt32LE(recipe.tail * 4096, 12);
  head.writeBigUInt64LE(sequence, 16);
  head.writeUInt32LE(recipe.writes.length, 24);
  writeGuid(head, 32, recipe.guid ?? LOG_GUID);
  head.writeBigUInt64LE(BigInt(recipe.flushedFileBytes), 48);
  head.writeBigUInt64LE(BigInt(recipe.lastFileBytes), 56);
  const entry = Buffer.concat([head, ...data]);
  seal(entry);
  return entry;
}

/** Puts an entry into the log, which is a ring. */
export function placeLogEntry({ file, logOffset, logBytes }: BuiltVhdx, sector: number, entry: Uint8Array): void {
  for (let at = 0; at < entry.length; at += 4096) {
    file.set(entry.subarray(at, at + 4096), logOffset + ((sector * 4096 + at) % logBytes));
  }
}
