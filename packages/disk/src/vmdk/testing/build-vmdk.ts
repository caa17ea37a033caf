import { deflateSync } from "node:zlib";

/** What one grain of the disk is to be. `bytes` are as long as a grain, or shorter for a short last one. */
export type GrainContent = { readonly kind: "data"; readonly bytes: Uint8Array } | { readonly kind: "zero" };

/** A sparse extent to be built. Physical order is the order of `grains`, by number of the guest's grain. */
export interface VmdkRecipe {
  readonly sizeBytes: number;
  readonly grains: ReadonlyMap<number, GrainContent>;
  readonly grainSectors?: number;
  readonly tableEntries?: number;
  readonly version?: number;
  readonly isCompressed?: boolean;
  /** Default: as `isCompressed`. */
  readonly hasMarkers?: boolean;
  /** Where the grain directory is: in front, named by a footer, or nowhere. Default: in front. */
  readonly directory?: "front" | "footer" | "none";
  /** The text inside; undefined for the usual one, null for none. */
  readonly descriptor?: string | null;
  readonly isDirty?: boolean;
}

/** A built extent, and where its parts are, for tests that break one of them. */
export interface BuiltVmdk {
  readonly file: Buffer;
  readonly directoryOffset: number;
  /** Places of the grain tables, by index in the directory. */
  readonly tableOffsets: ReadonlyMap<number, number>;
  /** Places of the grains (of their markers, where they have them), by number of the guest's grain. */
  readonly grainOffsets: ReadonlyMap<number, number>;
  readonly descriptorOffset: number;
  /** Place of a grain's table entry. */
  entryOffset(grain: number): number;
}

const SECTOR = 512;
const DESCRIPTOR_SECTORS = 4;
const AT_END = 0xffff_ffff_ffff_ffffn;

/** The text of a descriptor for tests: lines of settings and extents. */
export function descriptorOf(createType: string, extents: readonly string[], more: readonly string[] = []): string {
  return [
    "# Disk DescriptorFile",
    "version=1",
    "CID=0badcafe",
    "parentCID=ffffffff",
    `createType="${createType}"`,
    ...more,
    "",
    ...extents,
    "",
  ].join("\n");
}

/** Builds a hosted sparse extent for tests, byte by byte, so that each odd case can be made that no tool would write. */
export function buildVmdk(recipe: VmdkRecipe): BuiltVmdk {
  const shape = shapeOf(recipe);
  const file = new Sectors();
  const directory = Buffer.alloc(Math.ceil(shape.tables / 128) * SECTOR);
  const tables = new Map(
    [...usedTables(recipe, shape)].map((index) => [index, Buffer.alloc(Math.ceil(shape.tableEntries / 128) * SECTOR)]),
  );
  const header = file.add(headerOf(recipe, shape));
  const descriptorOffset = file.add(Buffer.alloc(recipe.descriptor === null ? 0 : DESCRIPTOR_SECTORS * SECTOR, descriptorText(recipe)));
  const isFront = shape.directory === "front";
  const tableOffsets = new Map<number, number>();
  const addMarked = (bytes: Buffer, type: number): number => {
    if (shape.hasMarkers && !isFront) {
      file.add(marker(bytes.length / SECTOR, type));
    }
    return file.add(bytes);
  };
  const addTables = (): number => {
    for (const [index, table] of tables) {
      const offset = addMarked(table, 1);
      tableOffsets.set(index, offset);
      directory.writeUInt32LE(offset / SECTOR, index * 4);
    }
    return addMarked(directory, 2);
  };
  let directoryOffset = isFront ? addTables() : 0;
  file.setU64(header + 64, file.end / SECTOR);
  const grainOffsets = addGrains(recipe, shape, file, tables);
  if (!isFront) {
    directoryOffset = shape.directory === "footer" ? addTables() : 0;
  }
  file.setU64(header + 56, isFront ? directoryOffset / SECTOR : AT_END);
  if (shape.directory === "footer") {
    file.add(marker(1, 3));
    const footer = file.add(Buffer.from(file.slice(header, SECTOR)));
    file.setU64(footer + 56, directoryOffset / SECTOR);
  }
  if (shape.hasMarkers) {
    file.add(marker(0, 0));
  }
  return {
    file: file.join(),
    directoryOffset,
    tableOffsets,
    grainOffsets,
    descriptorOffset,
    entryOffset: (grain) => (tableOffsets.get(Math.floor(grain / shape.tableEntries)) ?? 0) + (grain % shape.tableEntries) * 4,
  };
}

/** Builds an ESX sparse extent (COWD) for tests. */
export function buildCowd(recipe: Pick<VmdkRecipe, "sizeBytes" | "grains" | "grainSectors"> & { readonly flags?: number }): Buffer {
  const shape = { ...shapeOf({ ...recipe, tableEntries: 4096 }), isCompressed: false, hasMarkers: false };
  const file = new Sectors();
  const header = Buffer.alloc(2048);
  header.write("COWD", 0, "latin1");
  for (const [index, value] of [1, recipe.flags ?? 3, recipe.sizeBytes / SECTOR, shape.grainBytes / SECTOR, 4, shape.tables].entries()) {
    header.writeUInt32LE(value, 4 + index * 4);
  }
  file.add(header);
  const directory = Buffer.alloc(Math.ceil(shape.tables / 128) * SECTOR);
  file.add(directory);
  const tables = new Map([...usedTables(recipe, shape)].map((index) => [index, Buffer.alloc(4096 * 4)]));
  for (const [index, table] of tables) {
    directory.writeUInt32LE(file.add(table) / SECTOR, index * 4);
  }
  addGrains(recipe, shape, file, tables);
  return file.join();
}

/** What the guest must read from an extent built by the recipe. */
export function contentOf(recipe: Pick<VmdkRecipe, "sizeBytes" | "grains" | "grainSectors">): Buffer {
  const { grainBytes } = shapeOf(recipe);
  const content = Buffer.alloc(Math.ceil(recipe.sizeBytes / grainBytes) * grainBytes);
  for (const [grain, wanted] of recipe.grains) {
    if (wanted.kind === "data") {
      content.set(wanted.bytes, grain * grainBytes);
    }
  }
  return content.subarray(0, recipe.sizeBytes);
}

interface Shape {
  readonly grainBytes: number;
  readonly tableEntries: number;
  readonly tables: number;
  readonly isCompressed: boolean;
  readonly hasMarkers: boolean;
  readonly directory: "front" | "footer" | "none";
}

function shapeOf(recipe: Partial<VmdkRecipe> & Pick<VmdkRecipe, "sizeBytes">): Shape {
  const grainBytes = (recipe.grainSectors ?? 16) * SECTOR;
  const tableEntries = recipe.tableEntries ?? 512;
  const isCompressed = recipe.isCompressed ?? false;
  const tables = Math.ceil(recipe.sizeBytes / (grainBytes * tableEntries));
  return {
    grainBytes,
    tableEntries,
    tables,
    isCompressed,
    hasMarkers: recipe.hasMarkers ?? isCompressed,
    directory: recipe.directory ?? "front",
  };
}

function usedTables({ grains }: Pick<VmdkRecipe, "grains">, { tableEntries }: Shape): Set<number> {
  return new Set([...grains.keys()].map((grain) => Math.floor(grain / tableEntries)));
}

function descriptorText(recipe: VmdkRecipe): Buffer {
  const createType = recipe.isCompressed === true ? "streamOptimized" : "monolithicSparse";
  const text = recipe.descriptor ?? descriptorOf(createType, [`RW ${recipe.sizeBytes / SECTOR} SPARSE "disk.vmdk"`]);
  const bytes = Buffer.alloc(DESCRIPTOR_SECTORS * SECTOR);
  bytes.write(text, "utf8");
  return bytes;
}

function headerOf(recipe: VmdkRecipe, shape: Shape): Buffer {
  const header = Buffer.alloc(SECTOR);
  header.write("KDMV", 0, "latin1");
  header.writeUInt32LE(recipe.version ?? 1, 4);
  header.writeUInt32LE(1 | 4 | (shape.isCompressed ? 0x1_0000 : 0) | (shape.hasMarkers ? 0x2_0000 : 0), 8);
  header.writeBigUInt64LE(BigInt(recipe.sizeBytes / SECTOR), 12);
  header.writeBigUInt64LE(BigInt(shape.grainBytes / SECTOR), 20);
  header.writeBigUInt64LE(recipe.descriptor === null ? 0n : 1n, 28);
  header.writeBigUInt64LE(recipe.descriptor === null ? 0n : BigInt(DESCRIPTOR_SECTORS), 36);
  header.writeUInt32LE(shape.tableEntries, 44);
  header.writeUInt8(recipe.isDirty === true ? 1 : 0, 72);
  header.write("\n \r\n", 73, "latin1");
  header.writeUInt16LE(shape.isCompressed ? 1 : 0, 77);
  return header;
}

/** Puts the grains into the file and fills the tables' entries; answers where the grains are. */
function addGrains(
  { grains }: Pick<VmdkRecipe, "grains">,
  shape: Shape,
  file: Sectors,
  tables: ReadonlyMap<number, Buffer>,
): ReadonlyMap<number, number> {
  const offsets = new Map<number, number>();
  for (const [grain, content] of grains) {
    const at =
      content.kind === "zero" ? SECTOR : file.add(content.kind === "data" ? storedGrain(grain, content.bytes, shape) : Buffer.alloc(0));
    tables.get(Math.floor(grain / shape.tableEntries))?.writeUInt32LE(at / SECTOR, (grain % shape.tableEntries) * 4);
    if (content.kind === "data") {
      offsets.set(grain, at);
    }
  }
  return offsets;
}

function storedGrain(grain: number, bytes: Uint8Array, shape: Shape): Uint8Array {
  if (!shape.isCompressed) {
    return bytes;
  }
  const compressed = deflateSync(bytes);
  if (!shape.hasMarkers) {
    return compressed;
  }
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt((grain * shape.grainBytes) / SECTOR), 0);
  head.writeUInt32LE(compressed.length, 8);
  return Buffer.concat([head, compressed]);
}

function marker(sectors: number, type: number): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  bytes.writeBigUInt64LE(BigInt(sectors), 0);
  bytes.writeUInt32LE(type, 12);
  return bytes;
}

/** A growing file of whole sectors. */
class Sectors {
  readonly #parts: Buffer[] = [];
  end = 0;

  /** Appends bytes, padded to whole sectors; those of whole sectors may still be changed afterwards. Answers where they begin. */
  add(bytes: Uint8Array): number {
    const offset = this.end;
    const padding = (SECTOR - (bytes.length % SECTOR)) % SECTOR;
    this.#parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), Buffer.alloc(padding));
    this.end += bytes.length + padding;
    return offset;
  }

  setU64(offset: number, value: number | bigint): void {
    let start = 0;
    for (const part of this.#parts) {
      if (offset >= start && offset + 8 <= start + part.length) {
        part.writeBigUInt64LE(BigInt(value), offset - start);
      }
      start += part.length;
    }
  }

  slice(offset: number, length: number): Uint8Array {
    return this.join().subarray(offset, offset + length);
  }

  join(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
