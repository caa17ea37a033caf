import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { cutOff } from "../mapped/mapping-errors.ts";
import { ISO_BLOCK_BYTES } from "./volume-descriptors.ts";

const ENTRY_BYTES = 32;
const BOOTABLE = 0x88;
const EXTENSION = 0x44;
const EXTENSION_FOLLOWS = 0x20;
const [SECTION, LAST_SECTION] = [0x90, 0x91];

/** Platforms that a catalog names and that count here. */
export const bootPlatforms = { bios: 0, efi: 0xef } as const;

/**
 * Reads the platforms that an El Torito catalog has a bootable entry for; undefined when the catalog's own check fails.
 *
 * Memory  one block: a catalog with more than 64 records is read so far
 * Throws  disk.truncated (the catalog lies behind the end of the file)
 * Source  El Torito 1.0, 2.1 to 2.5; UEFI specification 13.3.2.1 for platform 0xEF
 */
export async function readBootPlatforms(
  source: ByteSource,
  catalogOffset: number,
  options?: ReadOptions,
): Promise<ReadonlySet<number> | undefined> {
  if (catalogOffset + ISO_BLOCK_BYTES > source.lengthBytes) {
    throw cutOff(`The boot record of the disc names a catalog at ${catalogOffset}`, source.lengthBytes);
  }
  const catalog = Buffer.from(await source.read(catalogOffset, ISO_BLOCK_BYTES, options));
  return isValid(catalog) ? platformsOf(catalog) : undefined;
}

/** The first record: its 16-bit words add up to 0, and it ends with 55 AA. */
function isValid(catalog: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < ENTRY_BYTES; at += 2) {
    sum += catalog.readUInt16LE(at);
  }
  return catalog[0] === 1 && catalog.readUInt16BE(30) === 0x55aa && (sum & 0xffff) === 0;
}

function platformsOf(catalog: Buffer): ReadonlySet<number> {
  const platforms = new Set<number>();
  const note = (entryOffset: number, platform: number | undefined): void => {
    if (catalog[entryOffset] === BOOTABLE && platform !== undefined) {
      platforms.add(platform);
    }
  };
  note(ENTRY_BYTES, catalog[1]);
  let at = 2 * ENTRY_BYTES;
  for (let isLast = false; !isLast && (catalog[at] === SECTION || catalog[at] === LAST_SECTION);) {
    isLast = catalog[at] === LAST_SECTION;
    const platform = catalog[at + 1];
    const entries = catalog.readUInt16LE(at + 2);
    at += ENTRY_BYTES;
    for (let entry = 0; entry < entries && at < catalog.length; entry += 1) {
      note(at, platform);
      at = behindExtensions(catalog, at);
    }
  }
  return platforms;
}

/** Where the record behind an entry and its extensions begins. */
function behindExtensions(catalog: Buffer, entryOffset: number): number {
  let at = entryOffset + ENTRY_BYTES;
  let follows = ((catalog[entryOffset + 1] ?? 0) & EXTENSION_FOLLOWS) !== 0;
  while (follows && catalog[at] === EXTENSION) {
    follows = ((catalog[at + 1] ?? 0) & EXTENSION_FOLLOWS) !== 0;
    at += ENTRY_BYTES;
  }
  return at;
}
