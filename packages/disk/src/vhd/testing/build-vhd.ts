/** What one block of the guest's disk is to be. */
export interface VhdBlock {
  /** As long as a block, also in the last one. */
  readonly bytes: Uint8Array;
  /** Which sectors have their bit set; the bytes of the others must not be seen. Default: all. */
  readonly isStored?: (sector: number) => boolean;
}

/** A VHD to be built. Blocks stand in the file in the order of the map. */
export interface VhdRecipe {
  readonly type: "fixed" | "dynamic" | "differencing";
  readonly sizeBytes: number;
  /** Of dynamic and differencing disks. */
  readonly blocks?: ReadonlyMap<number, VhdBlock>;
  /** Of fixed disks. */
  readonly content?: Uint8Array;
  readonly blockBytes?: number;
  readonly creator?: string;
  readonly geometry?: readonly [cylinders: number, heads: number, sectors: number];
  readonly uniqueIdByte?: number;
  readonly parentIdByte?: number;
  readonly parentName?: string;
  readonly isSavedState?: boolean;
  /** A footer of 511 bytes, as programs before 2004 wrote it. */
  readonly hasShortFooter?: boolean;
  /** Bytes between header and block table, where Windows puts the names of the parent. */
  readonly gapBytes?: number;
}

/** A built image, and where its parts are, for tests that break one of them. */
export interface BuiltVhd {
  readonly file: Buffer;
  readonly footerOffset: number;
  readonly headerOffset: number;
  readonly tableOffset: number;
  readonly entries: number;
  /** Where a block's bitmap begins in the file, by number of the block. */
  readonly blockOffsets: ReadonlyMap<number, number>;
}

const FOOTER_BYTES = 512;
const HEADER_OFFSET = 512;
const HEADER_BYTES = 1024;
const typeNumbers = { fixed: 2, dynamic: 3, differencing: 4 } as const;

/** Builds a VHD for tests, byte by byte, so that each odd case can be made that no tool would write. */
export function buildVhd(recipe: VhdRecipe): BuiltVhd {
  return recipe.type === "fixed" ? buildFixed(recipe) : buildBlocks(recipe);
}

/** Makes the sums right again after a test changed a footer or header, wherever one is. */
export function sealVhd({ file, footerOffset, headerOffset }: BuiltVhd): void {
  for (const offset of [0, footerOffset].filter((place) => file.toString("latin1", place, place + 8) === "conectix")) {
    seal(file.subarray(offset, offset + FOOTER_BYTES), 64);
  }
  if (headerOffset > 0) {
    seal(file.subarray(headerOffset, headerOffset + HEADER_BYTES), 36);
  }
}

/** What the guest must read, over a parent that reads as `beneath`. */
export function contentOfVhd(recipe: VhdRecipe, beneath: Uint8Array = Buffer.alloc(0)): Buffer {
  const size = Math.ceil(recipe.sizeBytes / 512) * 512;
  const content = Buffer.alloc(size);
  content.set(beneath.subarray(0, size));
  content.set(recipe.content ?? []);
  const blockBytes = recipe.blockBytes ?? DEFAULT_BLOCK_BYTES;
  for (const [block, { bytes, isStored = () => true }] of recipe.blocks ?? []) {
    for (let sector = 0; sector < blockBytes / 512; sector += 1) {
      const at = block * blockBytes + sector * 512;
      if (at < size && isStored(sector)) {
        content.set(bytes.subarray(sector * 512, sector * 512 + 512), at);
      }
    }
  }
  return content;
}

const DEFAULT_BLOCK_BYTES = 512 * 1024;

function buildFixed(recipe: VhdRecipe): BuiltVhd {
  const body = Buffer.from(recipe.content ?? Buffer.alloc(recipe.sizeBytes));
  const file = Buffer.concat([body, footerOf(recipe)]);
  return { file, footerOffset: body.length, headerOffset: 0, tableOffset: 0, entries: 0, blockOffsets: new Map() };
}

function buildBlocks(recipe: VhdRecipe): BuiltVhd {
  const blockBytes = recipe.blockBytes ?? DEFAULT_BLOCK_BYTES;
  const entries = Math.ceil(recipe.sizeBytes / blockBytes);
  const tableOffset = HEADER_OFFSET + HEADER_BYTES + (recipe.gapBytes ?? 0);
  const table = Buffer.alloc(Math.ceil((entries * 4) / 512) * 512, 0xff);
  const bitmapBytes = Math.ceil(blockBytes / 512 / 8 / 512) * 512;
  const blockOffsets = new Map<number, number>();
  const parts: Uint8Array[] = [];
  let end = tableOffset + table.length;
  for (const [block, { bytes, isStored = () => true }] of recipe.blocks ?? []) {
    const bitmap = Buffer.alloc(bitmapBytes);
    for (let sector = 0; sector < blockBytes / 512; sector += 1) {
      const index = Math.floor(sector / 8);
      bitmap[index] = (bitmap[index] ?? 0) | (isStored(sector) ? 0x80 >> (sector % 8) : 0);
    }
    table.writeUInt32BE(end / 512, block * 4);
    blockOffsets.set(block, end);
    parts.push(bitmap, bytes);
    end += bitmapBytes + blockBytes;
  }
  const footer = footerOf(recipe);
  const header = headerOf(recipe, { tableOffset, entries, blockBytes });
  const copy = footerOf({ ...recipe, hasShortFooter: false });
  const file = Buffer.concat([copy, header, Buffer.alloc(recipe.gapBytes ?? 0, 0x5a), table, ...parts, footer]);
  return { file, footerOffset: end, headerOffset: HEADER_OFFSET, tableOffset, entries, blockOffsets };
}

function footerOf(recipe: VhdRecipe): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.write("conectix", 0, "latin1");
  footer.writeUInt32BE(2, 8);
  footer.writeUInt32BE(0x10000, 12);
  footer.writeBigUInt64BE(recipe.type === "fixed" ? 2n ** 64n - 1n : BigInt(HEADER_OFFSET), 16);
  footer.write(recipe.creator ?? "win ", 28, "latin1");
  footer.writeBigUInt64BE(BigInt(recipe.sizeBytes), 40);
  footer.writeBigUInt64BE(BigInt(recipe.sizeBytes), 48);
  const [cylinders, heads, sectors] = recipe.geometry ?? [65_535, 16, 255];
  footer.writeUInt16BE(cylinders, 56);
  footer.writeUInt8(heads, 58);
  footer.writeUInt8(sectors, 59);
  footer.writeUInt32BE(typeNumbers[recipe.type], 60);
  footer.fill(recipe.uniqueIdByte ?? 0x11, 68, 84);
  footer.writeUInt8(recipe.isSavedState === true ? 1 : 0, 84);
  seal(footer, 64);
  return recipe.hasShortFooter === true ? footer.subarray(0, 511) : footer;
}

function headerOf(recipe: VhdRecipe, table: { tableOffset: number; entries: number; blockBytes: number }): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write("cxsparse", 0, "latin1");
  header.writeBigUInt64BE(2n ** 64n - 1n, 8);
  header.writeBigUInt64BE(BigInt(table.tableOffset), 16);
  header.writeUInt32BE(0x10000, 24);
  header.writeUInt32BE(table.entries, 28);
  header.writeUInt32BE(table.blockBytes, 32);
  if (recipe.type === "differencing") {
    header.fill(recipe.parentIdByte ?? 0x22, 40, 56);
    const name = Buffer.from(recipe.parentName ?? "C:\\disks\\parent.vhd", "utf16le").swap16();
    header.set(name.subarray(0, 512), 64);
  }
  seal(header, 36);
  return header;
}

function seal(bytes: Buffer, at: number): void {
  bytes.writeUInt32BE(0, at);
  bytes.writeUInt32BE(~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0, at);
}
