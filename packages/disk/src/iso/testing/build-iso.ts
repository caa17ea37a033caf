const BLOCK = 2048;

/** An entry of the boot catalog after the first one, which is `firstPlatform`'s. */
export interface BootSection {
  readonly platform: number;
  /** For each entry, whether it is bootable; a number is how many extensions follow it. */
  readonly entries: readonly { readonly isBootable: boolean; readonly extensions?: number }[];
}

/** An optical disc to be built. */
export interface IsoRecipe {
  readonly volumeId?: string;
  readonly systemId?: string;
  readonly hasIso9660?: boolean;
  readonly hasJoliet?: boolean;
  readonly udfName?: string | undefined;
  /** UDF descriptors, without the structures that lead to a name. */
  readonly hasBareUdf?: boolean;
  readonly boot?: { readonly firstPlatform: number; readonly isBootable: boolean; readonly sections?: readonly BootSection[] } | undefined;
  /** What the volume says it has; default: all of the file. */
  readonly volumeBlocks?: number;
  /** A partition table at the beginning, with an EFI partition. */
  readonly efiPartition?: "mbr" | "gpt" | undefined;
  readonly fileBlocks?: number;
}

/** Where the parts of a built disc are, in blocks of 2048 bytes. */
export const isoPlaces = { catalog: 40, root: 41, anchor: 256, volumeSequence: 258 } as const;

/** Builds the descriptors of an optical disc for tests; there are no files on it. */
export function buildIso(recipe: IsoRecipe = {}): Buffer {
  const fileBlocks = recipe.fileBlocks ?? 264;
  const file = Buffer.alloc(fileBlocks * BLOCK);
  const descriptors = [
    ...((recipe.hasIso9660 ?? true) ? iso9660Descriptors(recipe, fileBlocks) : []),
    ...(recipe.udfName !== undefined || recipe.hasBareUdf === true ? ["BEA01", "NSR02", "TEA01"].map((id) => descriptor(0, id)) : []),
  ];
  descriptors.forEach((block, index) => file.set(block, (16 + index) * BLOCK));
  if (recipe.boot !== undefined) {
    file.set(bootCatalog(recipe.boot), isoPlaces.catalog * BLOCK);
  }
  if (recipe.udfName !== undefined) {
    writeUdfName(file, recipe.udfName);
  }
  writePartitionTable(file, recipe.efiPartition);
  return file;
}

function iso9660Descriptors(recipe: IsoRecipe, fileBlocks: number): Buffer[] {
  const primary = descriptor(1, "CD001");
  primary.write((recipe.systemId ?? "LINUX").padEnd(32), 8, "latin1");
  primary.write((recipe.volumeId ?? "TEST DISC").padEnd(32), 40, "latin1");
  primary.writeUInt32LE(recipe.volumeBlocks ?? fileBlocks, 80);
  primary.writeUInt16LE(BLOCK, 128);
  primary.writeUInt32LE(isoPlaces.root, 158);
  primary.writeUInt32LE(BLOCK, 166);
  const boot = descriptor(0, "CD001");
  boot.write("EL TORITO SPECIFICATION", 7);
  boot.writeUInt32LE(isoPlaces.catalog, 0x47);
  const joliet = descriptor(2, "CD001");
  joliet.write("%/E", 88);
  return [primary, ...(recipe.boot === undefined ? [] : [boot]), ...(recipe.hasJoliet === true ? [joliet] : []), descriptor(255, "CD001")];
}

function descriptor(type: number, id: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.writeUInt8(type, 0);
  block.write(id, 1);
  block.writeUInt8(1, 6);
  return block;
}

function bootCatalog({ firstPlatform, isBootable, sections = [] }: NonNullable<IsoRecipe["boot"]>): Buffer {
  const catalog = Buffer.alloc(BLOCK);
  catalog.writeUInt8(1, 0);
  catalog.writeUInt8(firstPlatform, 1);
  catalog.writeUInt16BE(0x55aa, 30);
  const sum = Array.from({ length: 16 }, (_, index) => catalog.readUInt16LE(index * 2)).reduce((total, word) => total + word, 0);
  catalog.writeUInt16LE(-sum & 0xffff, 28);
  catalog.writeUInt8(isBootable ? 0x88 : 0, 32);
  let at = 64;
  for (const [index, { platform, entries }] of sections.entries()) {
    catalog.writeUInt8(index === sections.length - 1 ? 0x91 : 0x90, at);
    catalog.writeUInt8(platform, at + 1);
    catalog.writeUInt16LE(entries.length, at + 2);
    at += 32;
    for (const { isBootable: isEntryBootable, extensions = 0 } of entries) {
      catalog.writeUInt8(isEntryBootable ? 0x88 : 0, at);
      catalog.writeUInt8(extensions > 0 ? 0x20 : 0, at + 1);
      at += 32;
      for (let left = extensions; left > 0; left -= 1) {
        catalog.writeUInt8(0x44, at);
        catalog.writeUInt8(left > 1 ? 0x20 : 0, at + 1);
        at += 32;
      }
    }
  }
  return catalog;
}

function writeUdfName(file: Buffer, name: string): void {
  const anchor = file.subarray(isoPlaces.anchor * BLOCK, (isoPlaces.anchor + 1) * BLOCK);
  anchor.writeUInt32LE(3 * BLOCK, 16);
  anchor.writeUInt32LE(isoPlaces.volumeSequence, 20);
  writeTag(anchor, 2);
  const place = (index: number): Buffer =>
    file.subarray((isoPlaces.volumeSequence + index) * BLOCK, (isoPlaces.volumeSequence + index + 1) * BLOCK);
  writeTag(place(0), 1);
  const isWide = /[^\0-\xff]/.test(name);
  const text = isWide ? Buffer.from(name, "utf16le").swap16() : Buffer.from(name, "latin1");
  place(1).writeUInt8(isWide ? 16 : 8, 84);
  place(1).set(text, 85);
  place(1).writeUInt8(text.length + 1, 84 + 127);
  writeTag(place(1), 6);
  writeTag(place(2), 8);
}

function writeTag(block: Buffer, id: number): void {
  block.writeUInt16LE(id, 0);
  block.writeUInt8(block.subarray(0, 16).reduce((sum, byte, index) => (index === 4 ? sum : sum + byte), 0) & 0xff, 4);
}

function writePartitionTable(file: Buffer, kind: IsoRecipe["efiPartition"]): void {
  if (kind !== undefined) {
    file.write("\x55\xaa", 510, "latin1");
    file.writeUInt8(kind === "mbr" ? 0xef : 0xee, 462 + 4);
  }
  if (kind === "gpt") {
    file.write("EFI PART", 512);
    file.writeBigUInt64LE(2n, 512 + 72);
    file.writeUInt32LE(4, 512 + 80);
    file.writeUInt32LE(128, 512 + 84);
    file.write("28732ac11ff8d211ba4b00a0c93ec93b", 1024 + 128, "hex");
  }
}
